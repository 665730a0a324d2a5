"""Benchmarks: ratios within one run, with machine and data named. Never part of the tests."""
