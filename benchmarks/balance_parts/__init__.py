"""What ``scripts/bench balance`` is made of."""
