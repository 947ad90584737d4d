"""Pages that are rendered once and sent often: stored, compressed, or read for many at once."""
