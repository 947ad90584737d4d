"""The deployment plan: what a deployment changes, in which order, and what it would cost."""
