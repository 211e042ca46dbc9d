"""The machinery that all five services share, written once.

Here: what would be the same in any of them; each package says what lives in it, and
`pyproject.toml` which may use which. Not here: a rule, a table or a route of one service.
"""
