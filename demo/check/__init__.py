"""Counts how often the house understands, acts and answers, and how often it shouldn't have."""
