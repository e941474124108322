-- What publishing needs besides the owner's tables: author keys, digests, history (docs/adr/0005).

CREATE TABLE coursewright_release (
    id SERIAL PRIMARY KEY,
    "bundleId" INT NOT NULL,
    digest BYTEA NOT NULL,
    counts JSONB NOT NULL, -- what the publish created, changed, archived, per kind
    "gitCommit" VARCHAR(64),
    "toolVersion" VARCHAR(50) NOT NULL,
    "publishedBy" INT REFERENCES main.users (id) ON DELETE SET NULL,
    "publishedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL
);

CREATE TABLE coursewright_bundle (
    id SERIAL PRIMARY KEY,
    "releaseId" INT REFERENCES coursewright_release (id),
    key VARCHAR(80) NOT NULL,
    title VARCHAR(255) NOT NULL,
    digest BYTEA, -- of everything below
    moved JSONB DEFAULT '[]' NOT NULL, -- the moved: entries this tenant has honoured
    CONSTRAINT unique_coursewright_bundle UNIQUE (key)
);

ALTER TABLE coursewright_release
    ADD CONSTRAINT fk_coursewright_release_bundle FOREIGN KEY ("bundleId") REFERENCES coursewright_bundle (id);
CREATE INDEX idx_coursewright_release_bundle ON coursewright_release ("bundleId", id DESC);

-- One row for everything an author gave a key. No foreign keys: "rowId" belongs to the table that kind names,
-- and 100,000 checks at every first publish would buy nothing, as both are written in one transaction.
-- Fixed-width columns stand first so that no byte is lost to padding.
CREATE TABLE coursewright_item (
    "parentId" INT NOT NULL,
    "rowId" INT NOT NULL,
    kind "char" NOT NULL,
    archived BOOLEAN DEFAULT FALSE NOT NULL,
    key TEXT COLLATE "C" NOT NULL, -- an index row holds 2,704 bytes: longer answers need a shorter key
    digest BYTEA,
    "treeDigest" BYTEA,
    files JSONB,
    PRIMARY KEY ("parentId", kind, key)
);

CREATE TABLE coursewright_media (
    "bundleId" INT NOT NULL REFERENCES coursewright_bundle (id) ON DELETE CASCADE,
    size BIGINT NOT NULL,
    path VARCHAR(500) COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,
    "mediaType" VARCHAR(100) NOT NULL,
    PRIMARY KEY ("bundleId", path)
);

ALTER TABLE course_content_detail ADD COLUMN "richTextSource" TEXT;
ALTER TABLE quiz_question_option ADD COLUMN "matchText" TEXT;
