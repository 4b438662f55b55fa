"""Records of systems that officials keep elsewhere, by sheet and in both directions."""
