"""What other systems get of us: entitlements, and the feed of events over HTTP.

Here: who may read which events, and how. Not here: Kafka, and the logs themselves.
"""
