"""Custom actions: one small file each. They carry a turn from Rasa to the mind and back, and decide nothing."""
