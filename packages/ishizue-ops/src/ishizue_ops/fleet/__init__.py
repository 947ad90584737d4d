"""What loses a part of the design under load."""
