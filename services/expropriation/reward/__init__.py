"""Rewards for early signing, by the day of the signing period."""
