"""A tiny service, for tests of the machinery only."""
