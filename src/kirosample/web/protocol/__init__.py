"""What stands between a connection and a request: docs/decisions/0005.

`closing.py` bounds a connection and ends it in order, for every way of answering; `cached.py`
answers at once what the page cache has ready; `shared.py` what many wait for together.
"""
