"""Per-organisation views: an agency's rows follow from its scopes, ciphertext at rest."""
