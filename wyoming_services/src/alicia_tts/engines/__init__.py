"""The engines that speak, one file a family."""
