"""The AWS design of the portal, on `ishizue_ops`. Never imports `kirosample`."""
