"""The command line edge, ``hub``. No rule lives here."""
