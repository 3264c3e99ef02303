-- database main
CREATE TABLE "places" (
  "id" INTEGER PRIMARY KEY,
  "address" TEXT NOT NULL CHECK (json_valid(`address`)),
  "geo" TEXT CHECK (json_valid(`geo`)),
  "loose" TEXT CHECK (json_valid(`loose`))
) STRICT;
