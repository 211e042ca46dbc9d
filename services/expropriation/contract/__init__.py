"""Compensation contracts: drafted, then paid when they are signed."""
