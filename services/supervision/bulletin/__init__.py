"""The monthly bulletin (月通报)."""
