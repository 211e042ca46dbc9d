"""Settings of Python's garbage collector: it runs seldom, and leaves alone what stays for good."""

import gc

_YOUNG = 50_000
"""New objects before the collector looks for cycles among them. A batch of a thousand events is
some ten thousand objects, which go by themselves: with Python's 700 it looks at each batch over and
over, for nothing."""


def settle() -> None:
    """Freeze what is loaded by now, and look for cycles less often. Called once, at start-up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
