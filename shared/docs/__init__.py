"""Reference documents made from the code: `python -m shared.docs` writes, `--check` compares."""
