-- database main
CREATE TABLE "tickets" (
  "id" INTEGER PRIMARY KEY,
  "priority" TEXT NOT NULL DEFAULT 'normal' CHECK (`priority` IN ('low', 'normal', 'high')),
  "before" TEXT CHECK (`before` IN ('low', 'normal', 'high'))
) STRICT;
