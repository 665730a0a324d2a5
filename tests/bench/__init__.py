"""The quality bench: what it hides, how it judges, chooses and says it; on data one can check by hand."""
