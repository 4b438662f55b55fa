"""Voluntary family-education guidance (家庭教育指导服务) as schools, villages and others enter
it."""
