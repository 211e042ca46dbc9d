"""Objections (异议) against a household on public notice, and the answers to them."""
