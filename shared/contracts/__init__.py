"""Facts that services tell each other: the base of events, one file for each service.

Here: published event types, and an event as it is received. Not here: how they travel.
"""
