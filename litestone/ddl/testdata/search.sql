-- database main

-- table memos
CREATE TABLE "memos" (
  "id" INTEGER PRIMARY KEY,
  "head" TEXT NOT NULL,
  "body" TEXT,
  "loud" TEXT GENERATED ALWAYS AS (upper(`head`)) VIRTUAL
) STRICT;

-- table notes
CREATE TABLE "notes" (
  "key" TEXT NOT NULL,
  "rowid" TEXT,
  "text" TEXT NOT NULL,
  PRIMARY KEY ("key")
) STRICT;

-- table odd
CREATE TABLE "odd" (
  "id" INTEGER PRIMARY KEY,
  "rank" TEXT NOT NULL,
  "Rank_" TEXT NOT NULL,
  "odd_fts" TEXT
) STRICT;

-- full-text table memos_fts
CREATE VIRTUAL TABLE "memos_fts" USING fts5("head", "body", "loud", content="memos", content_rowid="id");

-- trigger memos_fts_insert
CREATE TRIGGER "memos_fts_insert" AFTER INSERT ON "memos" BEGIN
  INSERT INTO "memos_fts" (rowid, "head", "body", "loud") VALUES (new."id", new."head", new."body", new."loud");
END;

-- trigger memos_fts_delete
CREATE TRIGGER "memos_fts_delete" AFTER DELETE ON "memos" BEGIN
  INSERT INTO "memos_fts" ("memos_fts", rowid, "head", "body", "loud") VALUES ('delete', old."id", old."head", old."body", old."loud");
END;

-- trigger memos_fts_update
CREATE TRIGGER "memos_fts_update" AFTER UPDATE ON "memos" WHEN old."id" IS NOT new."id" OR old."head" IS NOT new."head" OR old."body" IS NOT new."body" OR old."loud" IS NOT new."loud" BEGIN
  INSERT INTO "memos_fts" ("memos_fts", rowid, "head", "body", "loud") VALUES ('delete', old."id", old."head", old."body", old."loud");
  INSERT INTO "memos_fts" (rowid, "head", "body", "loud") VALUES (new."id", new."head", new."body", new."loud");
END;

-- full-text table notes_fts
CREATE VIRTUAL TABLE "notes_fts" USING fts5("text", content="notes", content_rowid="_rowid_");

-- trigger notes_fts_insert
CREATE TRIGGER "notes_fts_insert" AFTER INSERT ON "notes" BEGIN
  INSERT INTO "notes_fts" (rowid, "text") VALUES (new."_rowid_", new."text");
END;

-- trigger notes_fts_delete
CREATE TRIGGER "notes_fts_delete" AFTER DELETE ON "notes" BEGIN
  INSERT INTO "notes_fts" ("notes_fts", rowid, "text") VALUES ('delete', old."_rowid_", old."text");
END;

-- trigger notes_fts_update
CREATE TRIGGER "notes_fts_update" AFTER UPDATE ON "notes" WHEN old."_rowid_" IS NOT new."_rowid_" OR old."text" IS NOT new."text" BEGIN
  INSERT INTO "notes_fts" ("notes_fts", rowid, "text") VALUES ('delete', old."_rowid_", old."text");
  INSERT INTO "notes_fts" (rowid, "text") VALUES (new."_rowid_", new."text");
END;

-- view odd_fts_source
CREATE VIEW "odd_fts_source" AS SELECT "odd"."id" AS "id", "odd"."rank" AS "rank__", "odd"."Rank_" AS "Rank_", "odd"."odd_fts" AS "odd_fts_" FROM "odd";

-- full-text table odd_fts
CREATE VIRTUAL TABLE "odd_fts" USING fts5("rank__", "Rank_", "odd_fts_", content="odd_fts_source", content_rowid="id");

-- trigger odd_fts_insert
CREATE TRIGGER "odd_fts_insert" AFTER INSERT ON "odd" BEGIN
  INSERT INTO "odd_fts" (rowid, "rank__", "Rank_", "odd_fts_") VALUES (new."id", new."rank", new."Rank_", new."odd_fts");
END;

-- trigger odd_fts_delete
CREATE TRIGGER "odd_fts_delete" AFTER DELETE ON "odd" BEGIN
  INSERT INTO "odd_fts" ("odd_fts", rowid, "rank__", "Rank_", "odd_fts_") VALUES ('delete', old."id", old."rank", old."Rank_", old."odd_fts");
END;

-- trigger odd_fts_update
CREATE TRIGGER "odd_fts_update" AFTER UPDATE ON "odd" WHEN old."id" IS NOT new."id" OR old."rank" IS NOT new."rank" OR old."Rank_" IS NOT new."Rank_" OR old."odd_fts" IS NOT new."odd_fts" BEGIN
  INSERT INTO "odd_fts" ("odd_fts", rowid, "rank__", "Rank_", "odd_fts_") VALUES ('delete', old."id", old."rank", old."Rank_", old."odd_fts");
  INSERT INTO "odd_fts" (rowid, "rank__", "Rank_", "odd_fts_") VALUES (new."id", new."rank", new."Rank_", new."odd_fts");
END;
