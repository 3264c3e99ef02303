-- database main
CREATE TABLE "users" (
  "id" INTEGER PRIMARY KEY,
  "first" TEXT NOT NULL,
  "last" TEXT NOT NULL
) STRICT;
