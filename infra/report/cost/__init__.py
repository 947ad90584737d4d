"""What the synthesized design costs a month, line by line."""
