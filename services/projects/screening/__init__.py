"""The check against the eight prohibitions (S4.X1 to S4.X8)."""
