"""Many senders, a server that is killed, and an account of everything that they were told."""
