"""What the portal is measured and shaken with; no part of it when it runs."""
