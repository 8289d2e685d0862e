"""What machines look for at fixed places (RFC 8615), on both hosts."""
