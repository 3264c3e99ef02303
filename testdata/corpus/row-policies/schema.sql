-- database main
CREATE TABLE "teams" (
  "id" INTEGER PRIMARY KEY,
  "ownerId" INTEGER NOT NULL,
  "open" INTEGER NOT NULL DEFAULT 0 CHECK (`open` IN (0, 1))
) STRICT;
CREATE TABLE "docs" (
  "id" INTEGER PRIMARY KEY,
  "teamId" INTEGER NOT NULL,
  "locked" INTEGER NOT NULL DEFAULT 0 CHECK (`locked` IN (0, 1)),
  "until" TEXT,
  FOREIGN KEY ("teamId") REFERENCES "teams" ("id")
) STRICT;
