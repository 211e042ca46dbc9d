"""A tiny service that reads the desk's events, for tests of the machinery only."""
