"""Start of works and monthly progress."""
