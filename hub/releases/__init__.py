"""Keys released to organisations that run a server of their own: signed, expiring, audited, sealed
to the asking organisation alone."""
