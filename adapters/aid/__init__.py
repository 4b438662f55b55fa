"""Applications for aid (保障申请): taken down, verified, decided, given, reviewed and ended by the
offices that policies/benefits.toml names for each scheme, in the same words."""
