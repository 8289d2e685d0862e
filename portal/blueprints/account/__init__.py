"""Pages of everybody who signs in, on both hosts."""
