"""Records about a child's safety that several agencies send alike."""
