"""xAI's API on this machine: see ../README.md. It proves nothing about the live service."""
