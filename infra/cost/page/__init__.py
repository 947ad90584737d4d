"""docs/cost.md: the estimate in words and tables."""
