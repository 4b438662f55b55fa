"""Police 公安: the admonition register (训诫) in a police station's own words."""
