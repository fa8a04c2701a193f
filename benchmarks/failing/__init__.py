"""Two sidecars that are killed and stopped while they work, and what a user notices of it."""
