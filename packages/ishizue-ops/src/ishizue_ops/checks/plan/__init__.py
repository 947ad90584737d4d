"""The deployment plan: what a deployment changes, and what it would lose or interrupt."""
