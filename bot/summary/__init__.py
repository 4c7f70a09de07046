"""What a clinician, the person and other systems get of a conversation: one ``Summary``, and ways to show it."""
