"""Imported last by the process that others are forked from: what is there stays shared with them.

A collector that looked at it in each of them would make a copy of every page.
"""

from shared.environment import gc_tuning

gc_tuning.settle()
