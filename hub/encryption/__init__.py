"""Root key, data keys, sealed fields and records, and the match index.

What is sealed here stays sealed in the store, in the log and in every view; it is opened only
by whoever holds the data key, or a field's subkey, and the header it was sealed under.
"""
