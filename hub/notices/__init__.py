"""Notices (提醒) that leave the hub: who is told, by which way; never what it is about."""
