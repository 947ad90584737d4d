"""The programs that are measured, and those that measure."""
