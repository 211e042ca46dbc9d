"""The benchmarks: the product beside a raw limit and usual practice, round by round in one run."""
