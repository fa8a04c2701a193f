"""The demo's house: commands at the pace of speech, and what it costs to have it running."""
