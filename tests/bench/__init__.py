"""Measurements: ratios of two sides taken in turn in one run. Never a test."""
