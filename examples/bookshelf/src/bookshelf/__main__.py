"""`python -m bookshelf`, the same as the command `bookshelf`."""

from bookshelf.cli import main

main()
