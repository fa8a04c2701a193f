"""Devices of the demo that speak to Home Assistant over the bus, and nothing else."""
