-- For standalone use: the two tables that belong to the host platform, in their smallest form, where absent.
-- It stands in its own folder so that no tool takes it for a migration of the numbered series.

CREATE SCHEMA IF NOT EXISTS main;

CREATE TABLE IF NOT EXISTS main.users (
    id SERIAL PRIMARY KEY,
    email VARCHAR(255) NOT NULL UNIQUE,
    name VARCHAR(255),
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL
);

CREATE TABLE IF NOT EXISTS tenant_lookups (
    id SERIAL PRIMARY KEY,
    "lookupType" VARCHAR(50) NOT NULL,
    value VARCHAR(255) NOT NULL,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL
);
CREATE INDEX IF NOT EXISTS idx_tenant_lookups_type ON tenant_lookups ("lookupType", value);
