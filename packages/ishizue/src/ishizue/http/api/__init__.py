"""JSON APIs from a table of endpoints."""
