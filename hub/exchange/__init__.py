"""Signed files between separate networks (公安、检察专网): the same records, carried by hand."""
