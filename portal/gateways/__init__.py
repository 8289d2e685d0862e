"""The outside world, one module per system. Gateways take and return plain values."""
