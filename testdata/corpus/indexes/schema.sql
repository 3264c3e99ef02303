-- database main
CREATE TABLE "rooms" (
  "id" INTEGER PRIMARY KEY,
  "door" TEXT NOT NULL,
  "floor" INTEGER NOT NULL,
  "wing" TEXT NOT NULL,
  "area" REAL NOT NULL,
  UNIQUE ("door")
) STRICT;
CREATE UNIQUE INDEX "uniq_rooms_floor_wing" ON "rooms" (`floor`, `wing`);
CREATE INDEX "idx_rooms_area_floor" ON "rooms" (`area`, `floor`);
