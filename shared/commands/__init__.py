"""What a command is made of: who acts, what it reads, changes and tells, and its key.

Here: the context of a command, the steps that all share, the tables of events, audit and keys, and
what a service declares (`spec`). Not here: HTTP, and what happens to events afterwards.
"""
