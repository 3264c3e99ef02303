-- database main
CREATE TABLE "people" (
  "id" INTEGER PRIMARY KEY,
  "email" TEXT NOT NULL,
  "site" TEXT,
  "phone" TEXT,
  "born" TEXT,
  "seen" TEXT,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "nick" TEXT,
  "file" TEXT,
  "age" INTEGER NOT NULL,
  "score" REAL
) STRICT;
