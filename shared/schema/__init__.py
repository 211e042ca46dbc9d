"""Tables, roles and policies of a database, from revision to revision.

Here: how migrations are run, those of the machinery, rights and row-level security. Not here: the
tables' definitions, and the migrations of a service.
"""
