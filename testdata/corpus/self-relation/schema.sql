-- database main
CREATE TABLE "folders" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT NOT NULL,
  "parentId" INTEGER,
  FOREIGN KEY ("parentId") REFERENCES "folders" ("id")
) STRICT;
CREATE INDEX "idx_folders_parentId" ON "folders" (`parentId`);
