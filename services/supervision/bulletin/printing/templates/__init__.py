"""Templates of the printed bulletin."""
