"""Help with work for adults (就业帮扶): wishes, what a station sends on, what was done of it."""
