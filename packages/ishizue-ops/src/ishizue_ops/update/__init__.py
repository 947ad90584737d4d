"""`ishizue-ops update`: a service gets newer packages."""
