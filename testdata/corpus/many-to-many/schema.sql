-- database main
CREATE TABLE "posts" (
  "id" INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE "tags" (
  "name" TEXT NOT NULL,
  PRIMARY KEY ("name")
) STRICT;
CREATE TABLE "_posts_tags" (
  "postsId" INTEGER NOT NULL,
  "tagsId" TEXT NOT NULL,
  PRIMARY KEY ("postsId", "tagsId"),
  FOREIGN KEY ("postsId") REFERENCES "posts" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY ("tagsId") REFERENCES "tags" ("name") ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX "idx__posts_tags_tagsId" ON "_posts_tags" (`tagsId`);
