"""The notice, the statutes that it leans on, how rules cite them, and the days that they count.

Here: texts and dates that the law gives. Not here: what the services make of them (`rules.py`).
"""
