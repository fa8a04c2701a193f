"""Tests of the Home Assistant apps' start script."""
