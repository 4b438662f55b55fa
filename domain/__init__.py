"""The pure core: events, folds, decisions, reactions. No I/O, no clock, no randomness."""
