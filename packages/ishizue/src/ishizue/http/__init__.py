"""HTTP for any service: protocol, page cache, limits, errors. It knows no product's pages."""
