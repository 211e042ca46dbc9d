"""Tables, roles and policies of a database, from revision to revision.

Here: migrations of the machinery, and rights. Not here: the tables' definitions.
"""
