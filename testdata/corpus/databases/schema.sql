-- database main
CREATE TABLE "pages" (
  "id" INTEGER PRIMARY KEY,
  "path" TEXT NOT NULL
) STRICT;
-- database analytics
CREATE TABLE "views" (
  "id" INTEGER PRIMARY KEY,
  "page" TEXT NOT NULL
) STRICT;
