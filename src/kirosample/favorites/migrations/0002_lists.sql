-- Lists, and their numbers, that take as long with a million favorites as with ten. Writes to the
-- table wait meanwhile: some seconds for a million favorites.

-- A list of one type reads its own index, and everybody's merges both: a like writes into one of
-- them only. They take the place of one index for all types, by which the previous release's list
-- was sorted. Not one index that begins with the type: a new item would be looked for by it.
CREATE INDEX favorites_most_liked_quotes ON favorites (likes DESC, id DESC)
    WHERE type = 'quote';
CREATE INDEX favorites_most_liked_horoscopes ON favorites (likes DESC, id DESC)
    WHERE type = 'horoscope';
DROP INDEX favorites_most_liked;

-- How many favorites there are, and likes of them, is the sum of these rows. Triggers keep it, as
-- the previous release writes too. Each connection adds to a row of its own, as far as 64 go
-- round: in one row, every like would wait for all others to commit. A row has both types, so
-- that a statement locks one row only and no two can wait for each other.
CREATE TABLE favorite_stats (
    shard INTEGER PRIMARY KEY,
    quotes BIGINT NOT NULL,
    quote_likes BIGINT NOT NULL,
    horoscopes BIGINT NOT NULL,
    horoscope_likes BIGINT NOT NULL
) WITH (fillfactor = 10);  -- room for the next version of a row on its page

CREATE FUNCTION count_favorites() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change favorite_stats;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM favorite_stats;
        RETURN NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT pg_backend_pid() % 64,
            0, coalesce(sum(likes) FILTER (WHERE type = 'quote'), 0),
            0, coalesce(sum(likes) FILTER (WHERE type = 'horoscope'), 0)
        INTO change
        FROM (SELECT type, likes FROM new_rows UNION ALL SELECT type, -likes FROM old_rows) d;
    ELSE
        SELECT pg_backend_pid() % 64,
            count(*) FILTER (WHERE type = 'quote'),
            coalesce(sum(likes) FILTER (WHERE type = 'quote'), 0),
            count(*) FILTER (WHERE type = 'horoscope'),
            coalesce(sum(likes) FILTER (WHERE type = 'horoscope'), 0)
        INTO change
        FROM changed;
        IF TG_OP = 'DELETE' THEN
            change := (change.shard, -change.quotes, -change.quote_likes, -change.horoscopes,
                -change.horoscope_likes);
        END IF;
    END IF;
    IF (change.quotes, change.quote_likes, change.horoscopes, change.horoscope_likes)
        = (0, 0, 0, 0)
    THEN
        RETURN NULL;
    END IF;
    UPDATE favorite_stats s SET
        quotes = s.quotes + change.quotes,
        quote_likes = s.quote_likes + change.quote_likes,
        horoscopes = s.horoscopes + change.horoscopes,
        horoscope_likes = s.horoscope_likes + change.horoscope_likes
    WHERE shard = change.shard;
    IF NOT FOUND THEN
        INSERT INTO favorite_stats AS s SELECT change.*
        ON CONFLICT (shard) DO UPDATE SET
            quotes = s.quotes + excluded.quotes,
            quote_likes = s.quote_likes + excluded.quote_likes,
            horoscopes = s.horoscopes + excluded.horoscopes,
            horoscope_likes = s.horoscope_likes + excluded.horoscope_likes;
    END IF;
    RETURN NULL;
END
$$;

-- Before the favorites that are there are counted: from here on nobody else writes until the end.
CREATE TRIGGER count_made AFTER INSERT ON favorites REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_favorites();
CREATE TRIGGER count_removed AFTER DELETE ON favorites REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_favorites();
CREATE TRIGGER count_updated AFTER UPDATE ON favorites
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_favorites();
CREATE TRIGGER count_none AFTER TRUNCATE ON favorites
    FOR EACH STATEMENT EXECUTE FUNCTION count_favorites();

INSERT INTO favorite_stats
SELECT 0,
    count(*) FILTER (WHERE type = 'quote'),
    coalesce(sum(likes) FILTER (WHERE type = 'quote'), 0),
    count(*) FILTER (WHERE type = 'horoscope'),
    coalesce(sum(likes) FILTER (WHERE type = 'horoscope'), 0)
FROM favorites;
