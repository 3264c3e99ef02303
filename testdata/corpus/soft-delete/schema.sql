-- database main
CREATE TABLE "projects" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT NOT NULL,
  "deletedAt" TEXT
) STRICT;
CREATE TABLE "tasks" (
  "id" INTEGER PRIMARY KEY,
  "projectId" INTEGER NOT NULL,
  "deletedAt" TEXT,
  FOREIGN KEY ("projectId") REFERENCES "projects" ("id")
) STRICT;
CREATE INDEX "idx_projects_name" ON "projects" (`name`) WHERE `deletedAt` IS NULL;
