-- database main
CREATE TABLE "countries" (
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  PRIMARY KEY ("code")
) STRICT;
CREATE TABLE "seats" (
  "row" INTEGER NOT NULL,
  "number" INTEGER NOT NULL,
  "taken" INTEGER NOT NULL DEFAULT 0 CHECK (`taken` IN (0, 1)),
  PRIMARY KEY ("row", "number")
) STRICT;
