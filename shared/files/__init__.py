"""Files that offices send and fetch: CSV and XLSX.

Here: reading, checking and reporting them row by row, and which of them were taken. Not here: what
the rows mean.
"""
