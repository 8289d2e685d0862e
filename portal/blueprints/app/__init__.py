"""The public app of a client: what was published, for everybody."""
