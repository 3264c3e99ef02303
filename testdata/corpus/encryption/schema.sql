-- database main
CREATE TABLE "users" (
  "id" INTEGER PRIMARY KEY,
  "ssn" TEXT,
  "email" TEXT NOT NULL,
  "key" TEXT
) STRICT;
CREATE INDEX "idx_users_email" ON "users" (substr(`email`, 1, 47));
