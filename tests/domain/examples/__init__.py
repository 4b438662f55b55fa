"""Examples of each stream's commands and events; a new stream adds its module here."""
