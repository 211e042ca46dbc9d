"""What a process finds around it: settings, clock, logs, metrics, traces,
Kafka's certificates, the garbage collector.

Here: how a process is told about its surroundings, and tells. Not here: anything about housing.
"""
