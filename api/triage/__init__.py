"""The decision tree on its own, for other systems."""
