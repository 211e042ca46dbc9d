"""The way of an event from one service's log into another's: numbering, sending, taking in.

Here: logs, envelopes, inbox, checkpoints, repairs. Not here: Kafka's client, loops, HTTP.
"""
