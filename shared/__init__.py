"""The machinery that all five services share, written once."""
