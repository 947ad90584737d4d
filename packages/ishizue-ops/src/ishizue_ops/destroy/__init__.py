"""The end of an environment: what goes, what stays, what is left."""
