"""Personal data at rest: keys, sealed values, blind indexes, sealed columns.

Here: whatever touches a data key. Not here: who may see plain data, and how it is masked.
"""
