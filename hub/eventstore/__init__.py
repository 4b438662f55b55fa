"""The event store: codec (upcast, seal, serialise), recorders, feed."""
