"""The drawing of the design: facts from the template, laid out once, written as two formats."""
