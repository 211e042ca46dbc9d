"""The words and values of housing security: posts, regions, money, identities, life cycles, fields.

Here: what is right or wrong whoever asks. Not here: databases, requests, settings, clocks.
"""
