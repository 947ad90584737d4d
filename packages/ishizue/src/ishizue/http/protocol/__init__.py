"""HTTP connections: their bounds, the fast path, and what the application gets: decision 0005."""
