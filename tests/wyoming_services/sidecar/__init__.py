"""Tests of what both servers share."""
