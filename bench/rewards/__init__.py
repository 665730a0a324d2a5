"""Rewards put to the test: worlds in which retention is planted, experiments in which effects are."""
