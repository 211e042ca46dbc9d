"""Custody: the checkpoints of the other services' logs, kept where they cannot reach them."""
