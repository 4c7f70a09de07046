"""Everything that touches Rasa: graph component, input channel, tracker store and server.

Runs in the Rasa environment (Python 3.10) alone.
"""
