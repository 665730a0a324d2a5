"""Planted tastes in images, met through the pages of a service: `python -m bench.artwork`."""
