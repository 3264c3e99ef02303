-- database main
CREATE TABLE "samples" (
  "id" INTEGER PRIMARY KEY,
  "count" INTEGER NOT NULL,
  "ratio" REAL NOT NULL,
  "label" TEXT NOT NULL,
  "active" INTEGER NOT NULL CHECK (`active` IN (0, 1)),
  "at" TEXT NOT NULL,
  "doc" TEXT NOT NULL CHECK (json_valid(`doc`)),
  "bytes" BLOB NOT NULL,
  "counts" INTEGER,
  "ratios" REAL,
  "labels" TEXT,
  "actives" INTEGER CHECK (`actives` IN (0, 1)),
  "ats" TEXT,
  "docs" TEXT CHECK (json_valid(`docs`)),
  "raw" BLOB
) STRICT;
