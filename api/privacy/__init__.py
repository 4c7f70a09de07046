"""How long conversations are kept, the proof that they were deleted, and the keys they are sealed with."""
