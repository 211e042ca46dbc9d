"""The garbage collector: it looks rarely, and never at what is there for good."""

import gc

_YOUNG = 50_000
"""New objects before the collector looks for cycles among them. A batch of a thousand events is
some ten thousand objects, which go by themselves: with Python's 700 it looks at each batch over and
over, for nothing."""


def settle() -> None:
    """Once everything is loaded: leave that alone from now on, and seldom look at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
