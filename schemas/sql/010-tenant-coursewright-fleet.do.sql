-- What makes a release something one can go back to (docs/adr/0009). Releases made before have none of it.

ALTER TABLE coursewright_release
    ADD COLUMN "bundleFile" BYTEA, -- SHA-256 of the bundle's documents in the media store
    ADD COLUMN "rollbackTo" INT REFERENCES coursewright_release (id), -- the release this one repeats
    ADD COLUMN honoured JSONB, -- the moved: entries the tenant had honoured while this release was the last
    ADD COLUMN replanted JSONB DEFAULT '[]' NOT NULL; -- [address before, after] of what it moved, in order
