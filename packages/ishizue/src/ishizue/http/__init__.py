"""HTTP for any product: protocol, page cache, limits, errors. Knows no page of this one."""
