"""Files that offices send and fetch: CSV and XLSX.

Here: reading, checking and reporting them row by row. Not here: what the rows mean.
"""
