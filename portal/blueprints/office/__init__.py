"""The back office of one app: what a client's people do for themselves, in the brand of their agency."""
