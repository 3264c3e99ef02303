-- database main
CREATE TABLE "profiles" (
  "id" INTEGER PRIMARY KEY,
  "avatar" TEXT,
  "resume" TEXT,
  "photos" TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(`photos`)),
  "about" TEXT
) STRICT;
