"""Charity beside public aid (救助+慈善+儿童): civil affairs' projects, and what charities gave."""
