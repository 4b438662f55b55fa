"""Procuratorate 检察院: the case-status check, in a procurator's own words."""
