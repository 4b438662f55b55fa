"""Procuratorial advice 检察建议, as the offices that are advised answer it."""
