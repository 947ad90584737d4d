-- The codes that carry a visitor's favorites to another device: at most one each, removed when it
-- is used. An expired one is removed when anybody makes the next.
CREATE TABLE favorite_transfers (
    visitor UUID PRIMARY KEY,
    code_hash BYTEA NOT NULL UNIQUE,  -- SHA-256: the code itself is shown once and stored nowhere
    expires_at TIMESTAMPTZ NOT NULL
);
