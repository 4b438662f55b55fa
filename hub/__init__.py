"""The hub: one way in, one log, one way out. Wired in one place, ``hub/bootstrap.py``."""
