"""The drawing of the design: read from the template, laid out once as draw.io, and from it SVG."""
