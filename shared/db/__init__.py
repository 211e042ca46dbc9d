"""PostgreSQL: engines, sessions, single statements, records, what is written, scopes, the lead.

Here: how to ask the database, what all tables have in common, and the counters of document numbers.
Not here: any other table, and what a command may do with it.
"""
