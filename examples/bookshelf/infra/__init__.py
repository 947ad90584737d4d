"""The service's AWS design, on `ishizue_ops`. It never imports `bookshelf`."""
