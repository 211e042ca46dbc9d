"""Survey of shantytown sites (S4.1), and corrections of what was surveyed."""
