"""The subsidy service: local standards, grants, monthly payment batches, bank returns."""
