"""The parts of the agent's benchmark: a house, its Home Assistant, what is said to it."""
