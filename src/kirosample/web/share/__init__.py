"""The pictures of shared links over HTTP, and what they show."""
