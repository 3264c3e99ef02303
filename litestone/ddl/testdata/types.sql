-- database main

-- table everything
CREATE TABLE "everything" (
  "id" INTEGER PRIMARY KEY,
  "i" INTEGER NOT NULL,
  "r" REAL,
  "t" TEXT NOT NULL DEFAULT 'it''s',
  "b" INTEGER NOT NULL DEFAULT 1 CHECK (`b` IN (0, 1)),
  "d" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "day" TEXT NOT NULL DEFAULT '2020-01-01T00:00:00.000Z',
  "j" TEXT CHECK (json_valid(`j`)),
  "x" BLOB,
  "f" TEXT,
  "fs" TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(`fs`)),
  "plan" TEXT NOT NULL DEFAULT 'paid' CHECK (`plan` IN ('free', 'paid')),
  "plans" TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(`plans`)),
  "tags" TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(`tags`)),
  "maybe" TEXT CHECK (json_valid(`maybe`)),
  "num" INTEGER NOT NULL DEFAULT -7,
  "big" INTEGER NOT NULL DEFAULT 9007199254740991,
  "rate" REAL NOT NULL DEFAULT 2.0,
  "half" REAL NOT NULL DEFAULT -0.5,
  "uid" TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  "ref" TEXT NOT NULL,
  "by" INTEGER,
  "pin" TEXT,
  "key" TEXT NOT NULL,
  "at" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "maybeAt" TEXT,
  "total" REAL GENERATED ALWAYS AS (`i` * `rate`) VIRTUAL,
  "kept" REAL GENERATED ALWAYS AS (`total` * 2) STORED
) STRICT;

-- table ids
CREATE TABLE "ids" (
  "u" TEXT NOT NULL DEFAULT (substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 45) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 40) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 35) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 30) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 25) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 20) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 15) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 10) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 5) & 31), 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> 0) & 31), 1) || hex(randomblob(8))),
  "n" TEXT NOT NULL DEFAULT (substr(lower(hex(randomblob(11))), 2)),
  "c" TEXT NOT NULL DEFAULT (substr('abcdefghijklmnopqrstuvwxyz', 1 + abs(random() % 26), 1) || substr(lower(hex(randomblob(12))), 2)),
  PRIMARY KEY ("u")
) STRICT;

-- table pair
CREATE TABLE "pair" (
  "a" INTEGER NOT NULL,
  "b" TEXT NOT NULL,
  "n" INTEGER,
  PRIMARY KEY ("a", "b")
) STRICT;

-- table loose
CREATE TABLE "loose" (
  "id" INTEGER PRIMARY KEY,
  "n" INTEGER
);
