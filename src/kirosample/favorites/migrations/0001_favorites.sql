-- docs/architecture-overview.ja.md's table with a time zone, bounds, and one row per item of the
-- catalogue. The text may be corrected later, so uniqueness does not include it.
CREATE TABLE favorites (
    id SERIAL PRIMARY KEY,
    type VARCHAR(20) NOT NULL CHECK (type IN ('quote', 'horoscope')),
    item VARCHAR(64) NOT NULL,
    content TEXT NOT NULL,
    author VARCHAR(255) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    likes INTEGER NOT NULL CHECK (likes > 0),
    UNIQUE (type, item)
);

-- Every like writes into it, so it is the only one: a list of one type skips the other type's.
CREATE INDEX favorites_most_liked ON favorites (likes DESC, id DESC);

-- Who likes what; favorites.likes is the number of these rows. The key finds a visitor's own list.
CREATE TABLE favorite_likes (
    favorite_id INTEGER NOT NULL REFERENCES favorites (id) ON DELETE CASCADE,
    visitor UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (visitor, favorite_id)
);

-- For the removal of a favorite.
CREATE INDEX favorite_likes_of_favorite ON favorite_likes (favorite_id);
