"""The one decision function over policies/, scopes, posts and purposes."""
