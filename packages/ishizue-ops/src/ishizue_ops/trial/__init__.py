"""`make trial`: an environment's whole life in a real account."""
