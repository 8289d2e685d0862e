"""What a host's brand and pages are made of."""
