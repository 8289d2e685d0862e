"""For a machine without SMTP."""
