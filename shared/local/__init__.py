"""What a developer's machine stands in for: PostgreSQL, Kafka, tokens, forked processes.

Here: what demonstration, tests and benchmarks start. Not here: anything that production runs.
"""
