"""The command grammar, with real speech and the real decoder."""
