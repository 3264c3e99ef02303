-- database main
CREATE TABLE "accounts" (
  "id" INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE "orders" (
  "id" INTEGER PRIMARY KEY,
  "amount" REAL NOT NULL,
  "paid" INTEGER NOT NULL DEFAULT 0 CHECK (`paid` IN (0, 1)),
  "accountId" INTEGER NOT NULL,
  FOREIGN KEY ("accountId") REFERENCES "accounts" ("id")
) STRICT;
