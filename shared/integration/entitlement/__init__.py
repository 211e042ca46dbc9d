"""Entitlements: which events an integrator may read, of which regions, and what for."""
