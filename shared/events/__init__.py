"""The way of an event from one service's log into another's: numbering, sending, taking in.

Here: numbering, envelopes, inbox, checkpoints, and what operators repair. Not here: the outbox
itself (`shared.commands`), Kafka's client, the loops of a worker, the route of the feed.
"""
