"""Usual practice: the same work as a competent team writes it, on FastAPI, SQLAlchemy, FastStream.

It works on the product's own migrated tables. No tuning, and nothing that a reviewer would send
back: one session and one transaction a request, the ORM's unit of work, statements as the
documentation of the libraries shows them.
"""
