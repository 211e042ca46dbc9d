"""Objects of every kind in several regions, made through commands, and how each route is called.

What is of one room stands in `tests/<service>/rooms/<room>.py`; here is what they have in common.
"""
