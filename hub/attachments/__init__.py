"""Attachments: cleaned of what they carry unseen, sealed in chunks, kept beside the log."""
