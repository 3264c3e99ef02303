-- database main

-- table files
CREATE TABLE "files" (
  "id" INTEGER PRIMARY KEY,
  "owner" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "gone at" TEXT,
  UNIQUE ("name")
) STRICT;

-- table order
CREATE TABLE "order" (
  "id" INTEGER PRIMARY KEY,
  "select" TEXT NOT NULL,
  "from" INTEGER,
  "a ""b"" `c`" TEXT
) STRICT;

-- index uniq_files_owner_name
CREATE UNIQUE INDEX "uniq_files_owner_name" ON "files" (`owner`, `name`);

-- index idx_files_owner_name
CREATE INDEX "idx_files_owner_name" ON "files" (`owner`, `name`) WHERE `gone at` IS NULL;

-- index uniq_order_select
CREATE UNIQUE INDEX "uniq_order_select" ON "order" (`select`);

-- index idx_order_from_a "b" `c`
CREATE INDEX "idx_order_from_a ""b"" `c`" ON "order" (`from`, `a "b" ``c```);
