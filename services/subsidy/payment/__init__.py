"""Payments: one household, one month (支付)."""
