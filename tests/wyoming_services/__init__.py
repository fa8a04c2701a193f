"""Tests of the speech servers, as processes over their real protocols."""
