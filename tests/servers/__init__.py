"""Real servers for the tests, startable outside of them too."""
