"""Annual targets of the reporting units."""
