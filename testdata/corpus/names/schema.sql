-- database main
CREATE TABLE "the users" (
  "id" INTEGER PRIMARY KEY,
  "e-mail ""address""" TEXT NOT NULL,
  "order" INTEGER NOT NULL,
  "from" TEXT NOT NULL
) STRICT;
CREATE INDEX "idx_the users_from_order" ON "the users" (`from`, `order`);
