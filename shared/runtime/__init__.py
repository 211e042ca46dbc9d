"""The processes of a service: application, worker, its loops, and what an operator runs.

Here: what puts the rest together and keeps it going. Not here: rules, or how a step works.
"""
