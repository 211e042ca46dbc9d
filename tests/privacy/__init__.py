"""Personal data: sealed by known algorithms, changed over to new keys, found nowhere else."""
