"""How an organisation finds a child in its own view, and how often one person may ask.

Apart from the hub's match index (``hub/encryption/match_index.py``), which knows every child and
is asked only by the hub itself: here every organisation has tags under a key of its own, of what
its own view shows it, so that the tags of two organisations cannot be joined.
"""
