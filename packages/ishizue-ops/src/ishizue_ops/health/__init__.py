"""A deployed environment at a glance, and the dates on which somebody has to do something."""
