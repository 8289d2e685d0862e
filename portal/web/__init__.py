"""What all blueprints share: who asks, on which host, in which brand and language, and how it is answered."""
