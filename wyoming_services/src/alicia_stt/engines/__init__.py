"""Recognisers, one file a family."""
