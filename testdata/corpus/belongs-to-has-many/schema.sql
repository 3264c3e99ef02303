-- database main
CREATE TABLE "authors" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT NOT NULL
) STRICT;
CREATE TABLE "books" (
  "id" INTEGER PRIMARY KEY,
  "title" TEXT NOT NULL,
  "authorId" INTEGER NOT NULL,
  "editorId" INTEGER,
  FOREIGN KEY ("authorId") REFERENCES "authors" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("editorId") REFERENCES "authors" ("id") ON DELETE SET NULL
) STRICT;
CREATE INDEX "idx_books_authorId" ON "books" (`authorId`);
