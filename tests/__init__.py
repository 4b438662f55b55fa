"""Specifications, one folder per room, and the checks on the project itself."""
