"""What the synthesized design costs a month."""
