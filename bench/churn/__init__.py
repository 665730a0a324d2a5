"""Planted worlds of cancelling: how well it is foreseen, and whom an approach keeps."""
