-- How often each page was read on a day in Japan. Nothing about who read it.
CREATE TABLE page_counts (
    day DATE NOT NULL,
    page VARCHAR(64) NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (day, page)
);
