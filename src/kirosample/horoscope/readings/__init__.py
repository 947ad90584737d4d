"""The texts of readings, and which of them a sign reads on a day."""
