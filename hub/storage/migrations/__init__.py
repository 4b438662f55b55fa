"""The migrations of tables that cannot be rebuilt, a folder per area.

A migration is never edited once it was released: data folders of every release since are brought
up to date by it.
"""
