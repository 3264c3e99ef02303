-- database main
CREATE TABLE "users" (
  "id" INTEGER PRIMARY KEY,
  "first" TEXT NOT NULL,
  "last" TEXT NOT NULL,
  "nick" TEXT,
  "pin" TEXT,
  "wage" REAL,
  "code" TEXT,
  "born" TEXT,
  "active" INTEGER NOT NULL DEFAULT 1 CHECK (`active` IN (0, 1)),
  "mood" TEXT NOT NULL DEFAULT 'calm' CHECK (`mood` IN ('calm', 'busy')),
  "logo" BLOB,
  "tags" TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(`tags`)),
  "card" TEXT CHECK (json_valid(`card`)),
  "bossId" INTEGER,
  "deletedAt" TEXT,
  FOREIGN KEY ("bossId") REFERENCES "users" ("id")
) STRICT;
CREATE TABLE "notes" (
  "id" INTEGER PRIMARY KEY,
  "text" TEXT NOT NULL,
  "userId" INTEGER,
  FOREIGN KEY ("userId") REFERENCES "users" ("id")
) STRICT;
CREATE VIRTUAL TABLE "users_fts" USING fts5("first", "last", content="users", content_rowid="id");
CREATE TRIGGER "users_fts_insert" AFTER INSERT ON "users" BEGIN
  INSERT INTO "users_fts" (rowid, "first", "last") VALUES (new."id", new."first", new."last");
END;
CREATE TRIGGER "users_fts_delete" AFTER DELETE ON "users" BEGIN
  INSERT INTO "users_fts" ("users_fts", rowid, "first", "last") VALUES ('delete', old."id", old."first", old."last");
END;
CREATE TRIGGER "users_fts_update" AFTER UPDATE ON "users" WHEN old."id" IS NOT new."id" OR old."first" IS NOT new."first" OR old."last" IS NOT new."last" BEGIN
  INSERT INTO "users_fts" ("users_fts", rowid, "first", "last") VALUES ('delete', old."id", old."first", old."last");
  INSERT INTO "users_fts" (rowid, "first", "last") VALUES (new."id", new."first", new."last");
END;
