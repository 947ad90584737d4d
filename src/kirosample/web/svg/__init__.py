"""Icons and drawings as SVG."""
