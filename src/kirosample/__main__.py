"""`python -m kirosample`, the same as the command `kirosample`."""

from kirosample.cli import main

main()
