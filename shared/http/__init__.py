"""Requests and answers: routes, tokens, limits, versions, pages, problem documents.

Here: what HTTP asks of us. Not here: what commands do, and which routes exist.
"""
