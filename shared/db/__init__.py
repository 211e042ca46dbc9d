"""PostgreSQL: engines, sessions, tables' common columns, scopes, single statements, leadership.

Here: how to ask the database. Not here: tables with a meaning, and who may change them.
"""
