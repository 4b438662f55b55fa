"""The HTTP edge, /api/v1. No rule lives here."""
