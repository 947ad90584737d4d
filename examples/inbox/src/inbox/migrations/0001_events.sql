CREATE TABLE events (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 100),
    body bytea NOT NULL CHECK (length(body) <= 256 * 1024),
    received_at timestamptz NOT NULL DEFAULT now(),
    tries smallint NOT NULL DEFAULT 0,
    -- When a worker may take it; null once it is delivered or given up.
    due_at timestamptz DEFAULT now(),
    delivered_at timestamptz
);

CREATE INDEX events_by_due ON events (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX events_by_time ON events (received_at);
