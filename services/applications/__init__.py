"""Households applying for a guarantee: 三审两公示, from the file to the entitlement."""
