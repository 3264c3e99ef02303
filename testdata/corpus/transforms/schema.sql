-- database main
CREATE TABLE "pages" (
  "id" INTEGER PRIMARY KEY,
  "title" TEXT NOT NULL,
  "slug" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "mail" TEXT NOT NULL
) STRICT;
