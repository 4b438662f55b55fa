"""Sealing a record (封存, 预防未成年人犯罪法 59), and opening it for a case."""
