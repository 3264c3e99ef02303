-- database main
CREATE TABLE "products" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT NOT NULL,
  "price" REAL NOT NULL,
  "count" INTEGER NOT NULL,
  "total" REAL GENERATED ALWAYS AS (`price` * `count`) VIRTUAL,
  "kept" REAL GENERATED ALWAYS AS (`price` * 2) STORED,
  "slug" TEXT GENERATED ALWAYS AS (lower(trim(replace(`name`, ' ', '-')))) STORED
) STRICT;
CREATE INDEX "idx_products_slug" ON "products" (`slug`);
