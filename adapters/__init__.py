"""Adapters: each agency's own words, turned into the hub's intake.

An adapter translates; it decides nothing. What an agency calls a thing stays inside its adapter.
"""
