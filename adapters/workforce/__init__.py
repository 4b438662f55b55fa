"""Records of employers about the people who work with children for them (工作人员台账)."""
