"""Health 卫生健康: hospitals' findings and follow-up, in their own words."""
