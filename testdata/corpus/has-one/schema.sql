-- database main
CREATE TABLE "users" (
  "id" INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE "profiles" (
  "id" INTEGER PRIMARY KEY,
  "bio" TEXT NOT NULL,
  "userId" INTEGER NOT NULL,
  UNIQUE ("userId"),
  FOREIGN KEY ("userId") REFERENCES "users" ("id")
) STRICT;
