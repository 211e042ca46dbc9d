"""Programmes: one for each planned project that needs clearing, and its signing period."""
