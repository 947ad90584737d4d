"""Users, their ledger, and what a drill reports."""
