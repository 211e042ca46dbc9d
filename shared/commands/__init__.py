"""What a command is made of: who acts, states, events, audit, keys, and what a service declares.

Here: the tables and steps that every command shares. Not here: HTTP, and the taking in of events.
"""
