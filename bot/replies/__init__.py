"""From decisions to messages. Every word comes from ``data/``."""
