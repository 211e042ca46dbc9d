"""What readers get of a service over HTTP: its feed of events, and who is entitled to which.

Our own services read the feed, too, where there is no Kafka. Not here: Kafka, and the logs.
"""
