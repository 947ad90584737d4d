"""Workers and scheduled jobs, and what all tasks of a stack share."""
