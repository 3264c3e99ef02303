-- database main
CREATE TABLE "invoices" (
  "id" INTEGER PRIMARY KEY,
  "accounts" INTEGER NOT NULL,
  "year" INTEGER NOT NULL,
  "number" INTEGER NOT NULL,
  "perYear" INTEGER NOT NULL
) STRICT;
CREATE TABLE "_litestone_sequences" (
  "model" TEXT NOT NULL,
  "field" TEXT NOT NULL,
  "scope" TEXT NOT NULL,
  "value" INTEGER NOT NULL,
  PRIMARY KEY ("model", "field", "scope")
) STRICT, WITHOUT ROWID;
