"""`make new`: writes a new service's repository from this one (docs/decisions/0027-make-new.md)."""
