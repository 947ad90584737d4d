"""The service's AWS design, on `ishizue_ops`. Never imports `bookshelf`."""
