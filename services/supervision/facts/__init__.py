"""Facts: what the other services told, one row per event and indicator."""
