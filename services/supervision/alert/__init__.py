"""Alerts: deadlines that come near or have passed."""
