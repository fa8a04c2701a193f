"""The speech-to-text server."""
