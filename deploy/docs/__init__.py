"""Reference documents made from the code: `python -m deploy.docs` writes, `--check` compares."""
