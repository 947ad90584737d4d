"""What stands between a connection and a request: docs/decisions/0005.

`bounded.py` bounds a connection and ends it in order, for every way of answering;
`connection_limit.py` bounds how many there are, and `start_queue.py` how many requests begin in a
turn of the event loop. `whole.py` reads and answers a request in one piece; `cached.py` answers at
once what the page cache has ready, and `shared.py` what many wait for together; `complete.py` is
what these two send.
"""
