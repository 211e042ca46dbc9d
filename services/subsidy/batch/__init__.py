"""Monthly payment batches (发放批次)."""
