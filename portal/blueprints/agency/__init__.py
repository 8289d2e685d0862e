"""The dashboard of an agency's staff, on the platform host."""
