"""The widget a clinic puts on its page: one script tag, a conversation in a frame of our own origin, a demo page."""
