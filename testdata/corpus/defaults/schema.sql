-- database main
CREATE TABLE "samples" (
  "id" INTEGER PRIMARY KEY,
  "n" INTEGER NOT NULL DEFAULT 3,
  "x" REAL NOT NULL DEFAULT 0.5,
  "s" TEXT NOT NULL DEFAULT 'it''s "quoted"',
  "b" INTEGER NOT NULL DEFAULT 1 CHECK (`b` IN (0, 1)),
  "level" TEXT NOT NULL DEFAULT 'low' CHECK (`level` IN ('low', 'high')),
  "at" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "day" TEXT NOT NULL DEFAULT '2026-01-31T00:00:00.000Z',
  "token" TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  "sorted" TEXT NOT NULL DEFAULT (substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 45) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 40) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 35) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 30) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 25) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 20) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 15) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 10) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 5) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 0) & 31), 1) || hex(randomblob(8))),
  "short" TEXT NOT NULL DEFAULT (substr(lower(hex(randomblob(11))), 2)),
  "old" TEXT NOT NULL DEFAULT (substr('abcdefghijklmnopqrstuvwxyz', 1 + abs(random() % 26), 1) || substr(lower(hex(randomblob(12))), 2)),
  "copy" TEXT NOT NULL,
  "ownerId" INTEGER,
  "tags" TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(`tags`))
) STRICT;
