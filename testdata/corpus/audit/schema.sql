-- database main
CREATE TABLE "payments" (
  "id" INTEGER PRIMARY KEY,
  "amount" REAL NOT NULL
) STRICT;
