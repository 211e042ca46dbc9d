"""Requests and answers: routes, tokens, limits, versions, pages, problem documents.

Here: what HTTP asks of us, and when a command is written. Not here: what commands do, and the
routes of a service.
"""
