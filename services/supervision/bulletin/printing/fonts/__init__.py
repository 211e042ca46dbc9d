"""Fonts of the printed bulletin."""
