"""Faults on purpose: real processes, a real database, and an oracle that counts at the end."""
