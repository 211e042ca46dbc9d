"""April 2021 in Jilin, acted out through the public HTTP interfaces alone."""
