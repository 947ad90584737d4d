"""KiroSample: a Japanese daily portal."""
