"""The benchmarks run: no timing is judged here."""
