-- Column maps and mappings of unknown feeds (to be filled in before the release; the number is taken).
SELECT 1;
