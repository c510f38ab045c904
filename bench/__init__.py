"""Measurements against named peers: `make bench` (see docs/performance.md)."""
