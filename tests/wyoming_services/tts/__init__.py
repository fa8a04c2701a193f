"""Tests of the text-to-speech server."""
