"""Compensation contracts: drafted, signed in order, paid, moved."""
