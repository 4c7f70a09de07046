"""One turn of a conversation: what was heard, what is known now, what to say."""
