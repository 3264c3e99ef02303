-- database main
CREATE TABLE "samples" (
  "id" INTEGER PRIMARY KEY,
  "ratio" REAL NOT NULL,
  "label" TEXT NOT NULL,
  "raw" BLOB
) STRICT;
