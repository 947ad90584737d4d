"""Who may send what: proxies, origins, rate limits, and the headers of every response."""
