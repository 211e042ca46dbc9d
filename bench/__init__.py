"""The benchmarks: the product beside a raw limit of the same run, round by round."""
