"""Records to and from Kafka, in bounded time.

Here: clients, topics, offsets; `client` alone knows aiokafka. Not here: what the records say.
"""
