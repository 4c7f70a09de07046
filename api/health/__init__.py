"""Whether the service lives, can answer, and how it does."""
