-- database main
CREATE TABLE "legacy" (
  "id" INTEGER PRIMARY KEY,
  "note" TEXT NOT NULL
);
