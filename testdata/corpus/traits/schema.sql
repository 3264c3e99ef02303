-- database main
CREATE TABLE "notes" (
  "createdAt" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "updatedAt" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "ownerId" INTEGER,
  "id" INTEGER PRIMARY KEY,
  "body" TEXT NOT NULL
) STRICT;
CREATE TABLE "files" (
  "createdAt" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "updatedAt" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "id" INTEGER PRIMARY KEY,
  "name" TEXT NOT NULL
) STRICT;
