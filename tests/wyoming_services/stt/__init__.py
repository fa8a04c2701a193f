"""Tests of the speech-to-text server."""
