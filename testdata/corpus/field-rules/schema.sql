-- database main
CREATE TABLE "staff" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT NOT NULL,
  "salary" REAL,
  "notes" TEXT,
  "hash" TEXT,
  "pin" TEXT,
  "token" TEXT
) STRICT;
