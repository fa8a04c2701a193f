"""What language models can do with the buses: one tool a file, for agents and for MCP clients."""
