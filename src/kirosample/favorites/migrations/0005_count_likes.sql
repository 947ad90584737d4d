-- One statement counts and adds, which costs each batch of likes less. The triggers stay, so
-- that nothing waits for a lock of the table.
CREATE OR REPLACE FUNCTION count_favorites() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign INTEGER := CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM favorite_stats;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO favorite_stats AS s
        SELECT pg_backend_pid() % 64,
            0, coalesce(sum(likes) FILTER (WHERE type = 'quote'), 0),
            0, coalesce(sum(likes) FILTER (WHERE type = 'horoscope'), 0)
        FROM (SELECT type, likes FROM new_rows UNION ALL SELECT type, -likes FROM old_rows) d
        HAVING count(*) > 0
        ON CONFLICT (shard) DO UPDATE SET
            quote_likes = s.quote_likes + excluded.quote_likes,
            horoscope_likes = s.horoscope_likes + excluded.horoscope_likes;
    ELSE
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
    END IF;
    RETURN NULL;
END
$$;
