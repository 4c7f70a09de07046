"""The mind of Spinewise in plain Python: language, decision tree, advice, dialogue and replies.

Only ``bot.nlu`` may import Rasa. Everything else here runs without a server, a model or a network.
"""
