"""Who altered a log is found out: by the chain, and by checkpoints outside the database."""
