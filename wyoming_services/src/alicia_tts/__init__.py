"""Text to speech, on Wyoming and on the bus."""
