-- database main

-- table users
CREATE TABLE "users" (
  "id" INTEGER PRIMARY KEY,
  "e mail" TEXT NOT NULL,
  "boss_id" INTEGER,
  "homeId" INTEGER,
  UNIQUE ("e mail"),
  FOREIGN KEY ("boss_id") REFERENCES "users" ("id") ON DELETE SET NULL,
  FOREIGN KEY ("homeId") REFERENCES "places" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
) STRICT;

-- table places
CREATE TABLE "places" (
  "id" INTEGER PRIMARY KEY,
  "ownerMail" TEXT NOT NULL,
  "city" TEXT NOT NULL,
  "no" INTEGER NOT NULL,
  FOREIGN KEY ("ownerMail") REFERENCES "users" ("e mail") ON DELETE CASCADE
) STRICT;

-- table shows
CREATE TABLE "shows" (
  "id" INTEGER PRIMARY KEY,
  "hallCity" TEXT,
  "hallNo" INTEGER,
  "no" INTEGER NOT NULL,
  FOREIGN KEY ("hallCity", "hallNo") REFERENCES "places" ("city", "no") ON DELETE CASCADE
) STRICT;

-- table tags
CREATE TABLE "tags" (
  "name" TEXT NOT NULL,
  PRIMARY KEY ("name")
) STRICT;

-- join table _tags_users
CREATE TABLE "_tags_users" (
  "tagsId" TEXT NOT NULL,
  "usersId" INTEGER NOT NULL,
  PRIMARY KEY ("tagsId", "usersId"),
  FOREIGN KEY ("tagsId") REFERENCES "tags" ("name") ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY ("usersId") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;

-- join table _users_users_friends
CREATE TABLE "_users_users_friends" (
  "usersAId" INTEGER NOT NULL,
  "usersBId" INTEGER NOT NULL,
  PRIMARY KEY ("usersAId", "usersBId"),
  FOREIGN KEY ("usersAId") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY ("usersBId") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;

-- system table _litestone_sequences
CREATE TABLE "_litestone_sequences" (
  "model" TEXT NOT NULL,
  "field" TEXT NOT NULL,
  "scope" TEXT NOT NULL,
  "value" INTEGER NOT NULL,
  PRIMARY KEY ("model", "field", "scope")
) STRICT, WITHOUT ROWID;

-- index uniq_places_city_no
CREATE UNIQUE INDEX "uniq_places_city_no" ON "places" (`city`, `no`);

-- index idx__tags_users_usersId
CREATE INDEX "idx__tags_users_usersId" ON "_tags_users" (`usersId`);

-- index idx__users_users_friends_usersBId
CREATE INDEX "idx__users_users_friends_usersBId" ON "_users_users_friends" (`usersBId`);
-- database side

-- table hits
CREATE TABLE "hits" (
  "id" INTEGER PRIMARY KEY,
  "userId" INTEGER,
  "url" TEXT NOT NULL
) STRICT;

-- index idx_hits_url
CREATE INDEX "idx_hits_url" ON "hits" (`url`);
