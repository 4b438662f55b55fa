"""Who looked: the access entries, written before anything sealed is opened."""
