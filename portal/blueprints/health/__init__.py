"""For those who watch over the installation."""
