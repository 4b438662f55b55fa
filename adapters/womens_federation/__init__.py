"""Women's federation 妇联: family-education guidance (家庭教育指导), in its own words."""
