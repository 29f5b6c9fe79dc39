-- Layout 1. Times are milliseconds since 1970-01-01T00:00:00Z.
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
-- Who plays a partition, the fence, and how far its inbox is played.
CREATE TABLE part (
    part INTEGER PRIMARY KEY, owner TEXT, epoch INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0, cursor INTEGER NOT NULL DEFAULT 0
);
-- By number (`people::number`): 63 bits of a hash of the id; of two ids with one number the second stands behind the first.
CREATE TABLE people (
    number INTEGER PRIMARY KEY, part INTEGER NOT NULL, id TEXT NOT NULL, is_user INTEGER NOT NULL,
    due INTEGER, state BLOB, name_of TEXT, names TEXT, traits TEXT, parked TEXT
);
CREATE INDEX alarms ON people (due) WHERE due IS NOT NULL;
CREATE TABLE refused (hash BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE inbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, part INTEGER NOT NULL, arrived INTEGER NOT NULL, kind INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, person TEXT NOT NULL, asked INTEGER NOT NULL,
    kind TEXT NOT NULL, connector TEXT NOT NULL, effect TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'ready', problem TEXT, rendered TEXT
);
CREATE INDEX outbox_ready ON outbox (seq) WHERE state = 'ready';
CREATE TABLE turns (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL, person TEXT NOT NULL, at INTEGER NOT NULL, input TEXT, before BLOB,
    effects TEXT NOT NULL, notices TEXT NOT NULL, program INTEGER NOT NULL
);
CREATE INDEX turns_of ON turns (number, seq);
CREATE TABLE rejected (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, body TEXT NOT NULL, why TEXT NOT NULL);
CREATE TABLE programs (seq INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint INTEGER NOT NULL, bytes BLOB NOT NULL, at INTEGER NOT NULL);
CREATE TABLE write_keys (hash BLOB PRIMARY KEY, name TEXT NOT NULL, is_on INTEGER NOT NULL) WITHOUT ROWID;
