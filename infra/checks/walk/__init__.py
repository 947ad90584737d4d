"""A deployment, walked as CloudFormation executes it: what changes, and in which orders."""
