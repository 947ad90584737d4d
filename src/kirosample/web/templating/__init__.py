"""Templates, and what they may call."""
