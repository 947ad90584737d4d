"""Responses that are made once and sent often, and the queue for making them."""
