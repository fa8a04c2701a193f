"""Grok in the demo's house: xAI itself where there is a key, else a fake that says it is one."""
