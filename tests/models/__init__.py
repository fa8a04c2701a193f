"""Makers of models that need no download and no training."""
