-- database main
CREATE TABLE "docs" (
  "id" INTEGER PRIMARY KEY,
  "body" TEXT NOT NULL,
  "createdAt" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "updatedAt" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "editorId" INTEGER,
  "team" TEXT
) STRICT;
