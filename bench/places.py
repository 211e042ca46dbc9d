"""Where the time of each row goes, from profiles (py-spy, 400 samples a second)."""

PLACES = {"submit": "", "transition": "", "bulk": "", "reads": "", "ranking": "", "relay": "",
          "consume": "", "latency": "", "overload": ""}  # fmt: skip
