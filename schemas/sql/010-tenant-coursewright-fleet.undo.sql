-- Releases stay in the history, but no longer say which bundle they were.

ALTER TABLE coursewright_release
    DROP COLUMN replanted,
    DROP COLUMN honoured,
    DROP COLUMN "rollbackTo",
    DROP COLUMN "bundleFile";
