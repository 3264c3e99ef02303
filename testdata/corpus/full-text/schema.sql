-- database main
CREATE TABLE "articles" (
  "slug" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "body" TEXT NOT NULL,
  PRIMARY KEY ("slug")
) STRICT;
CREATE VIRTUAL TABLE "articles_fts" USING fts5("title", "body", content="articles", content_rowid="rowid");
CREATE TRIGGER "articles_fts_insert" AFTER INSERT ON "articles" BEGIN
  INSERT INTO "articles_fts" (rowid, "title", "body") VALUES (new."rowid", new."title", new."body");
END;
CREATE TRIGGER "articles_fts_delete" AFTER DELETE ON "articles" BEGIN
  INSERT INTO "articles_fts" ("articles_fts", rowid, "title", "body") VALUES ('delete', old."rowid", old."title", old."body");
END;
CREATE TRIGGER "articles_fts_update" AFTER UPDATE ON "articles" WHEN old."rowid" IS NOT new."rowid" OR old."title" IS NOT new."title" OR old."body" IS NOT new."body" BEGIN
  INSERT INTO "articles_fts" ("articles_fts", rowid, "title", "body") VALUES ('delete', old."rowid", old."title", old."body");
  INSERT INTO "articles_fts" (rowid, "title", "body") VALUES (new."rowid", new."title", new."body");
END;
