"""How good whole pages are, beside other ways of laying out the same ranking: `python -m bench.pages`."""
