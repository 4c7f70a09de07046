"""Conversations: the only record of what was said, and the turns that answer it."""
