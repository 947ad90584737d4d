-- The codes that were used, so that a second submit by the same receiver has the same result as the
-- first. Removed like the unused ones, ten minutes later. The previous release neither reads nor
-- writes it: with a code used there, a second submit is refused as before.
CREATE TABLE favorite_transfers_used (
    code_hash BYTEA PRIMARY KEY,
    receiver UUID NOT NULL,
    likes INTEGER NOT NULL,
    already INTEGER NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
