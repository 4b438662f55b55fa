"""Rules as data: sharing matrix, divisions, terms and what else rules read. No code."""
