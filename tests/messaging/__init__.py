"""The shared log: records, topics, relay, readers."""
