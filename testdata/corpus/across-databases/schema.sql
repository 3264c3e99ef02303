-- database main
CREATE TABLE "users" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT NOT NULL
) STRICT;
-- database analytics
CREATE TABLE "profiles" (
  "id" INTEGER PRIMARY KEY,
  "userId" INTEGER NOT NULL,
  UNIQUE ("userId")
) STRICT;
CREATE TABLE "views" (
  "id" INTEGER PRIMARY KEY,
  "page" TEXT NOT NULL,
  "userId" INTEGER
) STRICT;
CREATE INDEX "idx_views_userId" ON "views" (`userId`);
