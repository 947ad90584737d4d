"""PostgreSQL for any product: connections, migrations, write batching, single-flight reads."""
