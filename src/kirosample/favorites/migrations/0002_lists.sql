-- Lists, and their numbers, that take as long with a million favorites as with ten. The tables are
-- locked meanwhile: ten million likes take about 15 s.

-- A list of one type reads its own index, and everybody's merges both: a like writes into one of
-- them only. They take the place of one index for all types, by which the previous release's list
-- was sorted. Not one index that begins with the type: a new item would be looked for by it.
CREATE INDEX favorites_most_liked_quotes ON favorites (likes DESC, id DESC)
    WHERE type = 'quote';
CREATE INDEX favorites_most_liked_horoscopes ON favorites (likes DESC, id DESC)
    WHERE type = 'horoscope';
DROP INDEX favorites_most_liked;

-- One's own list is sorted without a look at the table, where a visitor's likes lie far apart.
ALTER TABLE favorite_likes
    DROP CONSTRAINT favorite_likes_pkey,
    ADD PRIMARY KEY (visitor, favorite_id) INCLUDE (created_at);

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
    sign INTEGER := TG_ARGV[0];
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM favorite_stats;
        RETURN NULL;
    END IF;
    INSERT INTO favorite_stats AS s
    SELECT pg_backend_pid() % 64,
        sign * count(*) FILTER (WHERE type = 'quote'),
        sign * coalesce(sum(likes) FILTER (WHERE type = 'quote'), 0),
        sign * count(*) FILTER (WHERE type = 'horoscope'),
        sign * coalesce(sum(likes) FILTER (WHERE type = 'horoscope'), 0)
    FROM changed
    HAVING count(*) > 0
    ON CONFLICT (shard) DO UPDATE SET
        quotes = s.quotes + excluded.quotes,
        quote_likes = s.quote_likes + excluded.quote_likes,
        horoscopes = s.horoscopes + excluded.horoscopes,
        horoscope_likes = s.horoscope_likes + excluded.horoscope_likes;
    RETURN NULL;
END
$$;

-- Before the favorites that are there are counted: from here on nobody else writes until the end.
CREATE TRIGGER count_made AFTER INSERT ON favorites REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_favorites('1');
CREATE TRIGGER count_removed AFTER DELETE ON favorites REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_favorites('-1');
CREATE TRIGGER count_after AFTER UPDATE ON favorites REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_favorites('1');
CREATE TRIGGER count_before AFTER UPDATE ON favorites REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_favorites('-1');
CREATE TRIGGER count_none AFTER TRUNCATE ON favorites
    FOR EACH STATEMENT EXECUTE FUNCTION count_favorites();

INSERT INTO favorite_stats
SELECT 0,
    count(*) FILTER (WHERE type = 'quote'),
    coalesce(sum(likes) FILTER (WHERE type = 'quote'), 0),
    count(*) FILTER (WHERE type = 'horoscope'),
    coalesce(sum(likes) FILTER (WHERE type = 'horoscope'), 0)
FROM favorites;
