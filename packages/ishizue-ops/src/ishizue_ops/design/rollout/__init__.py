"""How a release reaches visitors, how it is taken back, and what ECS tells of it."""
