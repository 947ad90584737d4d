"""The share pictures: the server's artist, and the process that draws.

The process imports no part of the server, to save memory.
"""
