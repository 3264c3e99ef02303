-- database main
CREATE TABLE "members" (
  "team" TEXT NOT NULL,
  "no" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "role" TEXT NOT NULL DEFAULT 'member' CHECK (`role` IN ('owner', 'member')),
  PRIMARY KEY ("team", "no")
) STRICT;
CREATE TABLE "notes" (
  "id" INTEGER PRIMARY KEY,
  "team" TEXT NOT NULL,
  "memberNo" INTEGER NOT NULL,
  "body" TEXT NOT NULL,
  FOREIGN KEY ("team", "memberNo") REFERENCES "members" ("team", "no")
) STRICT;
