-- database main
CREATE TABLE "orders" (
  "id" INTEGER PRIMARY KEY,
  "state" TEXT NOT NULL DEFAULT 'draft' CHECK (`state` IN ('draft', 'paid', 'shipped', 'cancelled'))
) STRICT;
