"""The share pictures: the server's renderer, and the process that draws.

The process imports no part of the server, to save memory.
"""
