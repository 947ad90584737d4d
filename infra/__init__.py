"""The AWS architecture of KiroSample, in Python. Never imports `kirosample`."""
