"""Public notices (公示): what is shown, for how many full days, and the end of it."""
