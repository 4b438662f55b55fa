"""A case as one signed file, for a court or a supervising procurator, and its checking offline."""
