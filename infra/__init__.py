"""The AWS design of the portal, on `ishizue_ops`. It never imports `kirosample`."""
