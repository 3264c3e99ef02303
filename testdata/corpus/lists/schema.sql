-- database main
CREATE TABLE "palettes" (
  "id" INTEGER PRIMARY KEY,
  "names" TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(`names`)),
  "sizes" TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(`sizes`)),
  "colors" TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(`colors`)),
  "notes" TEXT CHECK (json_valid(`notes`))
) STRICT;
