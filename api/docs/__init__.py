"""The description of the API as a page of our own, without third-party assets."""
