"""Agencies that run a worker of their own: who they are, and what goes out to them."""
