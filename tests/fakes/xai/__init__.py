"""xAI's API on this machine: see server.py. A fake; it proves nothing about the live service."""
