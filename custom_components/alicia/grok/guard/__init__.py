"""What stands between a model and the front door; no model has a say in it."""
