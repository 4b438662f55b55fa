"""Court 法院: family-education guidance orders (家庭教育指导令), in a court's own words."""
