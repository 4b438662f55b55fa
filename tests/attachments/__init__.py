"""Specifications of attachments."""
