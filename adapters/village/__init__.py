"""Village 村居: the child director's visits and the full verification, in a village's own words."""
