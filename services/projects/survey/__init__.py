"""Survey of shantytown sites (S4.1)."""
