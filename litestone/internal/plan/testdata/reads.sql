-- by key (system): orders.findUnique {"where":{"id":1}}
SELECT "orders"."id", "orders"."state", "orders"."amount", "orders"."meta", "orders"."labels", "orders"."at", "orders"."buyer", "orders"."hush", "orders"."note", "orders"."shopId", "orders"."beforeId"
  FROM "orders"
  WHERE ("orders"."id" = ?)
-- args: $0

-- guards of an outsider (user): shops.findMany {}
SELECT "shops"."id", "shops"."name", "shops"."open", "shops"."owner", (SELECT coalesce(sum("_a0_1"."amount"), 0) FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" = "shops"."id") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?)))))), EXISTS (SELECT 1 FROM "orders" AS "_a0_4" WHERE ("_a0_4"."shopId" = "shops"."id") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_5" WHERE ("_a0_5"."id" = "_a0_4"."shopId") AND ("_a0_5"."deletedAt" IS NULL) AND (("_a0_5"."open") OR ("_a0_5"."owner" = ?)) AND (("_a0_5"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_6" WHERE (("_a0_6"."beforeId" = "_a0_4"."id") AND ("_a0_6"."state" = ?))))) AND ((state = 'late'
))), "shops"."deletedAt"
  FROM "shops"
  WHERE ("shops"."deletedAt" IS NULL) AND (("shops"."open") OR ("shops"."owner" = ?)) AND (("shops"."name" = ?) IS FALSE)
-- args: auth().id, "banned", "public", auth().id, "banned", "public", auth().id, "banned"
-- lastOrder
SELECT "_a0_5"."c0", "_a0_5"."c1", "_a0_5"."c2", "_a0_5"."c3", "_a0_5"."c4", "_a0_5"."c5", "_a0_5"."c6", "_a0_5"."c7", "_a0_5"."c8", "_a0_5"."c9", "_a0_5"."c10", "_a0_5"."c11"
  FROM (SELECT "_a0_1"."id" AS "c0", "_a0_1"."state" AS "c1", "_a0_1"."amount" AS "c2", "_a0_1"."meta" AS "c3", "_a0_1"."labels" AS "c4", "_a0_1"."at" AS "c5", CASE WHEN ((? = ?)) IS TRUE THEN "_a0_1"."buyer" END AS "c6", ((? = ?)) IS TRUE AS "c7", CASE WHEN (((SELECT "_a0_4"."owner" FROM "shops" AS "_a0_4" WHERE ("_a0_4"."id" = "_a0_1"."shopId") AND ("_a0_4"."deletedAt" IS NULL) LIMIT 1) = ?)) IS TRUE THEN "_a0_1"."note" END AS "c8", (((SELECT "_a0_4"."owner" FROM "shops" AS "_a0_4" WHERE ("_a0_4"."id" = "_a0_1"."shopId") AND ("_a0_4"."deletedAt" IS NULL) LIMIT 1) = ?)) IS TRUE AS "c9", "_a0_1"."shopId" AS "c10", "_a0_1"."beforeId" AS "c11", row_number() OVER (PARTITION BY "_a0_1"."shopId" ORDER BY "_a0_1"."id" DESC, "_a0_1"."id") AS "n" FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" IN (?, ?)) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?)))))) AS "_a0_5"
  WHERE ("_a0_5"."n" <= ?)
  ORDER BY "_a0_5"."n"
-- args: auth().role, "clerk", auth().role, "clerk", auth().id, auth().id, key 0, key 1, auth().id, "banned", "public", 1
-- lastOrder for many
SELECT "_a0_5"."c0", "_a0_5"."c1", "_a0_5"."c2", "_a0_5"."c3", "_a0_5"."c4", "_a0_5"."c5", "_a0_5"."c6", "_a0_5"."c7", "_a0_5"."c8", "_a0_5"."c9", "_a0_5"."c10", "_a0_5"."c11"
  FROM (SELECT "_a0_1"."id" AS "c0", "_a0_1"."state" AS "c1", "_a0_1"."amount" AS "c2", "_a0_1"."meta" AS "c3", "_a0_1"."labels" AS "c4", "_a0_1"."at" AS "c5", CASE WHEN ((? = ?)) IS TRUE THEN "_a0_1"."buyer" END AS "c6", ((? = ?)) IS TRUE AS "c7", CASE WHEN (((SELECT "_a0_4"."owner" FROM "shops" AS "_a0_4" WHERE ("_a0_4"."id" = "_a0_1"."shopId") AND ("_a0_4"."deletedAt" IS NULL) LIMIT 1) = ?)) IS TRUE THEN "_a0_1"."note" END AS "c8", (((SELECT "_a0_4"."owner" FROM "shops" AS "_a0_4" WHERE ("_a0_4"."id" = "_a0_1"."shopId") AND ("_a0_4"."deletedAt" IS NULL) LIMIT 1) = ?)) IS TRUE AS "c9", "_a0_1"."shopId" AS "c10", "_a0_1"."beforeId" AS "c11", row_number() OVER (PARTITION BY "_a0_1"."shopId" ORDER BY "_a0_1"."id" DESC, "_a0_1"."id") AS "n" FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" IN (SELECT CASE type WHEN 'array' THEN unhex(value ->> 0) WHEN 'object' THEN CAST(unhex(value ->> 't') AS TEXT) ELSE value END FROM json_each(?))) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?)))))) AS "_a0_5"
  WHERE ("_a0_5"."n" <= ?)
  ORDER BY "_a0_5"."n"
-- args: auth().role, "clerk", auth().role, "clerk", auth().id, auth().id, keys, auth().id, "banned", "public", 1

-- guards of the system (system): shops.findMany {}
SELECT "shops"."id", "shops"."name", "shops"."open", "shops"."owner", (SELECT coalesce(sum("_a0_1"."amount"), 0) FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" = "shops"."id")), EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE ("_a0_2"."shopId" = "shops"."id") AND ((state = 'late'
))), "shops"."deletedAt"
  FROM "shops"
  WHERE ("shops"."deletedAt" IS NULL)
-- args: 
-- lastOrder
SELECT "_a0_2"."c0", "_a0_2"."c1", "_a0_2"."c2", "_a0_2"."c3", "_a0_2"."c4", "_a0_2"."c5", "_a0_2"."c6", "_a0_2"."c7", "_a0_2"."c8", "_a0_2"."c9", "_a0_2"."c10"
  FROM (SELECT "_a0_1"."id" AS "c0", "_a0_1"."state" AS "c1", "_a0_1"."amount" AS "c2", "_a0_1"."meta" AS "c3", "_a0_1"."labels" AS "c4", "_a0_1"."at" AS "c5", "_a0_1"."buyer" AS "c6", "_a0_1"."hush" AS "c7", "_a0_1"."note" AS "c8", "_a0_1"."shopId" AS "c9", "_a0_1"."beforeId" AS "c10", row_number() OVER (PARTITION BY "_a0_1"."shopId" ORDER BY "_a0_1"."id" DESC, "_a0_1"."id") AS "n" FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" IN (?, ?))) AS "_a0_2"
  WHERE ("_a0_2"."n" <= ?)
  ORDER BY "_a0_2"."n"
-- args: key 0, key 1, 1
-- lastOrder for many
SELECT "_a0_2"."c0", "_a0_2"."c1", "_a0_2"."c2", "_a0_2"."c3", "_a0_2"."c4", "_a0_2"."c5", "_a0_2"."c6", "_a0_2"."c7", "_a0_2"."c8", "_a0_2"."c9", "_a0_2"."c10"
  FROM (SELECT "_a0_1"."id" AS "c0", "_a0_1"."state" AS "c1", "_a0_1"."amount" AS "c2", "_a0_1"."meta" AS "c3", "_a0_1"."labels" AS "c4", "_a0_1"."at" AS "c5", "_a0_1"."buyer" AS "c6", "_a0_1"."hush" AS "c7", "_a0_1"."note" AS "c8", "_a0_1"."shopId" AS "c9", "_a0_1"."beforeId" AS "c10", row_number() OVER (PARTITION BY "_a0_1"."shopId" ORDER BY "_a0_1"."id" DESC, "_a0_1"."id") AS "n" FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" IN (SELECT CASE type WHEN 'array' THEN unhex(value ->> 0) WHEN 'object' THEN CAST(unhex(value ->> 't') AS TEXT) ELSE value END FROM json_each(?)))) AS "_a0_2"
  WHERE ("_a0_2"."n" <= ?)
  ORDER BY "_a0_2"."n"
-- args: keys, 1

-- deleted ones only (system): shops.findMany {"onlyDeleted":true,"select":{"id":true}}
SELECT "shops"."id"
  FROM "shops"
  WHERE ("shops"."deletedAt" IS NOT NULL)
-- args: 

-- where, all operators (system): orders.findMany {"select":{"id":true},"where":{"id":{"gt":1,"lte":9,"not":5,"in":[1,2,3],"notIn":[4]},"state":{"contains":"a","startsWith":"b","endsWith":"c"},"amount":null,"meta":{"level":{"gte":2},"deep":{"x":1}},"labels":{"has":"x","hasEvery":["a"],"hasSome":["b","c"],"isEmpty":false}}}
SELECT "orders"."id"
  FROM "orders"
  WHERE (("orders"."amount" IS NULL) AND (("orders"."id" > ?) AND ("orders"."id" IN (?, ?, ?)) AND ("orders"."id" <= ?) AND ("orders"."id" <> ?) AND (("orders"."id" NOT IN (?)) OR ("orders"."id" IS NULL))) AND ((EXISTS (SELECT 1 FROM json_each("orders"."labels") AS "_each" WHERE "_each"."value" = ?)) AND ((EXISTS (SELECT 1 FROM json_each("orders"."labels") AS "_each" WHERE "_each"."value" = ?))) AND ((EXISTS (SELECT 1 FROM json_each("orders"."labels") AS "_each" WHERE "_each"."value" = ?)) OR (EXISTS (SELECT 1 FROM json_each("orders"."labels") AS "_each" WHERE "_each"."value" = ?))) AND ((json_array_length("orders"."labels") = 0) = ?)) AND ((json_extract("orders"."meta", ?) = ?) AND (json_extract("orders"."meta", ?) >= ?)) AND (("orders"."state" LIKE ? ESCAPE '\') AND ("orders"."state" LIKE ? ESCAPE '\') AND ("orders"."state" LIKE ? ESCAPE '\')))
-- args: $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "$.\"deep\".\"x\"", $13, "$.\"level\"", $14, like %$15%, like %$16, like $17%

-- where, logic (system): orders.findMany {"select":{"id":true},"where":{"OR":[{"id":1},{"AND":[{"id":2},{"NOT":{"state":"x"}}]}]}}
SELECT "orders"."id"
  FROM "orders"
  WHERE (("orders"."id" = ?) OR (("orders"."id" = ?) AND (NOT (("orders"."state" = ?)))))
-- args: $0, $1, $2

-- where, a long list (system): tags.findMany {"where":{"id":{"in":[1,2,3,4,5,6,7,8,9,10]}}}
SELECT "tags"."id", "tags"."word"
  FROM "tags"
  WHERE ("tags"."id" IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))
-- args: $0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15

-- relation filters hold the target's guards (user): shops.findMany {"select":{"id":true},"where":{"orders":{"some":{"state":"new"},"none":{"tags":{"every":{"word":"x"}}}}}}
SELECT "shops"."id"
  FROM "shops"
  WHERE ((NOT EXISTS (SELECT 1 FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" = "shops"."id") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?))))) AND ((NOT EXISTS (SELECT 1 FROM "_orders_tags" AS "_a0_5" JOIN "tags" AS "_a0_4" ON ("_a0_4"."id" = "_a0_5"."tagsId") WHERE ("_a0_5"."ordersId" = "_a0_1"."id") AND (NOT ((("_a0_4"."word" = ?)) IS TRUE))))))) AND (EXISTS (SELECT 1 FROM "orders" AS "_a0_6" WHERE ("_a0_6"."shopId" = "shops"."id") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_7" WHERE ("_a0_7"."id" = "_a0_6"."shopId") AND ("_a0_7"."deletedAt" IS NULL) AND (("_a0_7"."open") OR ("_a0_7"."owner" = ?)) AND (("_a0_7"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_8" WHERE (("_a0_8"."beforeId" = "_a0_6"."id") AND ("_a0_8"."state" = ?))))) AND (("_a0_6"."state" = ?))))) AND ("shops"."deletedAt" IS NULL) AND (("shops"."open") OR ("shops"."owner" = ?)) AND (("shops"."name" = ?) IS FALSE)
-- args: auth().id, "banned", "public", $2, auth().id, "banned", "public", $4, auth().id, "banned"

-- to-one filters (user): orders.findMany {"select":{"id":true},"where":{"shop":{"is":{"name":"x"}},"before":{"isNot":null}}}
SELECT "orders"."id"
  FROM "orders"
  WHERE ((EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE ("_a0_3"."id" = "orders"."beforeId") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_4" WHERE ("_a0_4"."id" = "_a0_3"."shopId") AND ("_a0_4"."deletedAt" IS NULL) AND (("_a0_4"."open") OR ("_a0_4"."owner" = ?)) AND (("_a0_4"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_5" WHERE (("_a0_5"."beforeId" = "_a0_3"."id") AND ("_a0_5"."state" = ?))))))) AND (EXISTS (SELECT 1 FROM "shops" AS "_a0_6" WHERE ("_a0_6"."id" = "orders"."shopId") AND ("_a0_6"."deletedAt" IS NULL) AND (("_a0_6"."open") OR ("_a0_6"."owner" = ?)) AND (("_a0_6"."name" = ?) IS FALSE) AND (("_a0_6"."name" = ?))))) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
-- args: auth().id, "banned", "public", auth().id, "banned", $2, auth().id, "banned", "public"

-- order by fields, relations, aggregates (user): orders.findMany {"select":{"id":true},"orderBy":[{"at":"desc"},{"amount":{"dir":"asc","nulls":"last"}},{"shop":{"name":"asc"}},{"before":{"shop":{"id":"desc"}}},{"tags":{"_count":"desc"}},{"next":{"_sum":{"amount":"asc"}}},{"meta":{"level":"asc"}}],"limit":5,"offset":2}
SELECT "orders"."id"
  FROM "orders"
  WHERE ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
  ORDER BY "orders"."at" DESC, "orders"."amount" NULLS LAST, (SELECT "_a0_3"."name" FROM "shops" AS "_a0_3" WHERE ("_a0_3"."id" = "orders"."shopId") AND ("_a0_3"."deletedAt" IS NULL) AND (("_a0_3"."open") OR ("_a0_3"."owner" = ?)) AND (("_a0_3"."name" = ?) IS FALSE) LIMIT 1), (SELECT (SELECT "_a0_7"."id" FROM "shops" AS "_a0_7" WHERE ("_a0_7"."id" = "_a0_4"."shopId") AND ("_a0_7"."deletedAt" IS NULL) AND (("_a0_7"."open") OR ("_a0_7"."owner" = ?)) AND (("_a0_7"."name" = ?) IS FALSE) LIMIT 1) FROM "orders" AS "_a0_4" WHERE ("_a0_4"."id" = "orders"."beforeId") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_5" WHERE ("_a0_5"."id" = "_a0_4"."shopId") AND ("_a0_5"."deletedAt" IS NULL) AND (("_a0_5"."open") OR ("_a0_5"."owner" = ?)) AND (("_a0_5"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_6" WHERE (("_a0_6"."beforeId" = "_a0_4"."id") AND ("_a0_6"."state" = ?))))) LIMIT 1) DESC, (SELECT count(*) FROM "_orders_tags" AS "_a0_9" JOIN "tags" AS "_a0_8" ON ("_a0_8"."id" = "_a0_9"."tagsId") WHERE ("_a0_9"."ordersId" = "orders"."id")) DESC, (SELECT sum("_a0_10"."amount") FROM "orders" AS "_a0_10" WHERE ("_a0_10"."beforeId" = "orders"."id") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_11" WHERE ("_a0_11"."id" = "_a0_10"."shopId") AND ("_a0_11"."deletedAt" IS NULL) AND (("_a0_11"."open") OR ("_a0_11"."owner" = ?)) AND (("_a0_11"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_12" WHERE (("_a0_12"."beforeId" = "_a0_10"."id") AND ("_a0_12"."state" = ?)))))), json_extract("orders"."meta", ?)
  LIMIT ? + 0 OFFSET ? + 0
-- args: auth().id, "banned", "public", auth().id, "banned", auth().id, "banned", auth().id, "banned", "public", auth().id, "banned", "public", "$.\"level\"", $0, $1

-- field rules (user): orders.findMany {"select":{"note":true,"hush":true,"buyer":true}}
SELECT CASE WHEN ((? = ?)) IS TRUE THEN "orders"."buyer" END, ((? = ?)) IS TRUE, CASE WHEN (((SELECT "_a0_3"."owner" FROM "shops" AS "_a0_3" WHERE ("_a0_3"."id" = "orders"."shopId") AND ("_a0_3"."deletedAt" IS NULL) LIMIT 1) = ?)) IS TRUE THEN "orders"."note" END, (((SELECT "_a0_3"."owner" FROM "shops" AS "_a0_3" WHERE ("_a0_3"."id" = "orders"."shopId") AND ("_a0_3"."deletedAt" IS NULL) LIMIT 1) = ?)) IS TRUE
  FROM "orders"
  WHERE ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
-- args: auth().role, "clerk", auth().role, "clerk", auth().id, auth().id, auth().id, "banned", "public"

-- a field one may test by a session check (user): orders.findMany {"select":{"id":true},"where":{"buyer":"x"}}
SELECT "orders"."id"
  FROM "orders"
  WHERE ("orders"."buyer" = ?) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
-- args: $0, auth().id, "banned", "public"
-- checks
SELECT ((? = ?)) IS TRUE
-- args: auth().role, "clerk"

-- derived fields (user): shops.findMany {"select":{"orderSum":true,"late":true},"where":{"late":true},"orderBy":{"orderSum":"desc"}}
SELECT (SELECT coalesce(sum("_a0_4"."amount"), 0) FROM "orders" AS "_a0_4" WHERE ("_a0_4"."shopId" = "shops"."id") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_5" WHERE ("_a0_5"."id" = "_a0_4"."shopId") AND ("_a0_5"."deletedAt" IS NULL) AND (("_a0_5"."open") OR ("_a0_5"."owner" = ?)) AND (("_a0_5"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_6" WHERE (("_a0_6"."beforeId" = "_a0_4"."id") AND ("_a0_6"."state" = ?)))))), EXISTS (SELECT 1 FROM "orders" AS "_a0_7" WHERE ("_a0_7"."shopId" = "shops"."id") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_8" WHERE ("_a0_8"."id" = "_a0_7"."shopId") AND ("_a0_8"."deletedAt" IS NULL) AND (("_a0_8"."open") OR ("_a0_8"."owner" = ?)) AND (("_a0_8"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_9" WHERE (("_a0_9"."beforeId" = "_a0_7"."id") AND ("_a0_9"."state" = ?))))) AND ((state = 'late'
)))
  FROM "shops"
  WHERE ((EXISTS (SELECT 1 FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" = "shops"."id") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?))))) AND ((state = 'late'
)))) = ?) AND ("shops"."deletedAt" IS NULL) AND (("shops"."open") OR ("shops"."owner" = ?)) AND (("shops"."name" = ?) IS FALSE)
  ORDER BY (SELECT coalesce(sum("_a0_10"."amount"), 0) FROM "orders" AS "_a0_10" WHERE ("_a0_10"."shopId" = "shops"."id") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_11" WHERE ("_a0_11"."id" = "_a0_10"."shopId") AND ("_a0_11"."deletedAt" IS NULL) AND (("_a0_11"."open") OR ("_a0_11"."owner" = ?)) AND (("_a0_11"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_12" WHERE (("_a0_12"."beforeId" = "_a0_10"."id") AND ("_a0_12"."state" = ?)))))) DESC
-- args: auth().id, "banned", "public", auth().id, "banned", "public", auth().id, "banned", "public", $0, auth().id, "banned", auth().id, "banned", "public"

-- a derived row (user): shops.findMany {"select":{"lastOrder":true}}
SELECT "shops"."id"
  FROM "shops"
  WHERE ("shops"."deletedAt" IS NULL) AND (("shops"."open") OR ("shops"."owner" = ?)) AND (("shops"."name" = ?) IS FALSE)
-- args: auth().id, "banned"
-- lastOrder
SELECT "_a0_5"."c0", "_a0_5"."c1", "_a0_5"."c2", "_a0_5"."c3", "_a0_5"."c4", "_a0_5"."c5", "_a0_5"."c6", "_a0_5"."c7", "_a0_5"."c8", "_a0_5"."c9", "_a0_5"."c10", "_a0_5"."c11"
  FROM (SELECT "_a0_1"."id" AS "c0", "_a0_1"."state" AS "c1", "_a0_1"."amount" AS "c2", "_a0_1"."meta" AS "c3", "_a0_1"."labels" AS "c4", "_a0_1"."at" AS "c5", CASE WHEN ((? = ?)) IS TRUE THEN "_a0_1"."buyer" END AS "c6", ((? = ?)) IS TRUE AS "c7", CASE WHEN (((SELECT "_a0_4"."owner" FROM "shops" AS "_a0_4" WHERE ("_a0_4"."id" = "_a0_1"."shopId") AND ("_a0_4"."deletedAt" IS NULL) LIMIT 1) = ?)) IS TRUE THEN "_a0_1"."note" END AS "c8", (((SELECT "_a0_4"."owner" FROM "shops" AS "_a0_4" WHERE ("_a0_4"."id" = "_a0_1"."shopId") AND ("_a0_4"."deletedAt" IS NULL) LIMIT 1) = ?)) IS TRUE AS "c9", "_a0_1"."shopId" AS "c10", "_a0_1"."beforeId" AS "c11", row_number() OVER (PARTITION BY "_a0_1"."shopId" ORDER BY "_a0_1"."id" DESC, "_a0_1"."id") AS "n" FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" IN (?, ?)) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?)))))) AS "_a0_5"
  WHERE ("_a0_5"."n" <= ?)
  ORDER BY "_a0_5"."n"
-- args: auth().role, "clerk", auth().role, "clerk", auth().id, auth().id, key 0, key 1, auth().id, "banned", "public", 1
-- lastOrder for many
SELECT "_a0_5"."c0", "_a0_5"."c1", "_a0_5"."c2", "_a0_5"."c3", "_a0_5"."c4", "_a0_5"."c5", "_a0_5"."c6", "_a0_5"."c7", "_a0_5"."c8", "_a0_5"."c9", "_a0_5"."c10", "_a0_5"."c11"
  FROM (SELECT "_a0_1"."id" AS "c0", "_a0_1"."state" AS "c1", "_a0_1"."amount" AS "c2", "_a0_1"."meta" AS "c3", "_a0_1"."labels" AS "c4", "_a0_1"."at" AS "c5", CASE WHEN ((? = ?)) IS TRUE THEN "_a0_1"."buyer" END AS "c6", ((? = ?)) IS TRUE AS "c7", CASE WHEN (((SELECT "_a0_4"."owner" FROM "shops" AS "_a0_4" WHERE ("_a0_4"."id" = "_a0_1"."shopId") AND ("_a0_4"."deletedAt" IS NULL) LIMIT 1) = ?)) IS TRUE THEN "_a0_1"."note" END AS "c8", (((SELECT "_a0_4"."owner" FROM "shops" AS "_a0_4" WHERE ("_a0_4"."id" = "_a0_1"."shopId") AND ("_a0_4"."deletedAt" IS NULL) LIMIT 1) = ?)) IS TRUE AS "c9", "_a0_1"."shopId" AS "c10", "_a0_1"."beforeId" AS "c11", row_number() OVER (PARTITION BY "_a0_1"."shopId" ORDER BY "_a0_1"."id" DESC, "_a0_1"."id") AS "n" FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" IN (SELECT CASE type WHEN 'array' THEN unhex(value ->> 0) WHEN 'object' THEN CAST(unhex(value ->> 't') AS TEXT) ELSE value END FROM json_each(?))) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?)))))) AS "_a0_5"
  WHERE ("_a0_5"."n" <= ?)
  ORDER BY "_a0_5"."n"
-- args: auth().role, "clerk", auth().role, "clerk", auth().id, auth().id, keys, auth().id, "banned", "public", 1

-- joined include (user): orders.findMany {"select":{"id":true,"shop":{"select":{"name":true}}},"orderBy":{"at":"desc"},"limit":3}
SELECT "orders"."id", "_a0_3"."name", "_a0_3"."id"
  FROM "orders"
  LEFT JOIN "shops" AS "_a0_3" ON ("_a0_3"."id" = "orders"."shopId") AND ("_a0_3"."deletedAt" IS NULL) AND (("_a0_3"."open") OR ("_a0_3"."owner" = ?)) AND (("_a0_3"."name" = ?) IS FALSE)
  WHERE ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
  ORDER BY "orders"."at" DESC
  LIMIT ? + 0
-- args: auth().id, "banned", auth().id, "banned", "public", $0

-- include not joined (user): orders.findMany {"select":{"id":true},"include":{"shop":{"select":{"name":true}}},"orderBy":{"state":"desc"},"limit":3}
SELECT "orders"."id", "orders"."shopId"
  FROM "orders"
  WHERE ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
  ORDER BY "orders"."state" DESC
  LIMIT ? + 0
-- args: auth().id, "banned", "public", $0
-- shop
SELECT "_a0_1"."name", "_a0_1"."id"
  FROM "shops" AS "_a0_1"
  WHERE ("_a0_1"."id" IN (?, ?)) AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE)
-- args: key 0, key 1, auth().id, "banned"
-- shop for many
SELECT "_a0_1"."name", "_a0_1"."id"
  FROM "shops" AS "_a0_1"
  WHERE ("_a0_1"."id" IN (SELECT CASE type WHEN 'array' THEN unhex(value ->> 0) WHEN 'object' THEN CAST(unhex(value ->> 't') AS TEXT) ELSE value END FROM json_each(?))) AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE)
-- args: keys, auth().id, "banned"

-- list include (user): shops.findMany {"select":{"id":true},"include":{"orders":{"where":{"state":"new"},"orderBy":{"at":"asc"},"select":{"id":true}}}}
SELECT "shops"."id"
  FROM "shops"
  WHERE ("shops"."deletedAt" IS NULL) AND (("shops"."open") OR ("shops"."owner" = ?)) AND (("shops"."name" = ?) IS FALSE)
-- args: auth().id, "banned"
-- orders
SELECT "_a0_1"."id", "_a0_1"."shopId"
  FROM "orders" AS "_a0_1"
  WHERE ("_a0_1"."shopId" IN (?, ?)) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?))))) AND ("_a0_1"."state" = ?)
  ORDER BY "_a0_1"."at"
-- args: key 0, key 1, auth().id, "banned", "public", $0
-- orders for many
SELECT "_a0_1"."id", "_a0_1"."shopId"
  FROM "orders" AS "_a0_1"
  WHERE ("_a0_1"."shopId" IN (SELECT CASE type WHEN 'array' THEN unhex(value ->> 0) WHEN 'object' THEN CAST(unhex(value ->> 't') AS TEXT) ELSE value END FROM json_each(?))) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?))))) AND ("_a0_1"."state" = ?)
  ORDER BY "_a0_1"."at"
-- args: keys, auth().id, "banned", "public", $0

-- list include, limit per parent (user): shops.findMany {"select":{"id":true},"include":{"orders":{"orderBy":{"at":"asc"},"limit":2,"offset":1,"select":{"id":true}}}}
SELECT "shops"."id"
  FROM "shops"
  WHERE ("shops"."deletedAt" IS NULL) AND (("shops"."open") OR ("shops"."owner" = ?)) AND (("shops"."name" = ?) IS FALSE)
-- args: auth().id, "banned"
-- orders
SELECT "_a0_4"."c0", "_a0_4"."c1"
  FROM (SELECT "_a0_1"."id" AS "c0", "_a0_1"."shopId" AS "c1", row_number() OVER (PARTITION BY "_a0_1"."shopId" ORDER BY "_a0_1"."at", "_a0_1"."id") AS "n" FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" IN (?, ?)) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?)))))) AS "_a0_4"
  WHERE ("_a0_4"."n" > ?) AND ("_a0_4"."n" <= (? + ?))
  ORDER BY "_a0_4"."n"
-- args: key 0, key 1, auth().id, "banned", "public", $1, $0, $1
-- orders for many
SELECT "_a0_4"."c0", "_a0_4"."c1"
  FROM (SELECT "_a0_1"."id" AS "c0", "_a0_1"."shopId" AS "c1", row_number() OVER (PARTITION BY "_a0_1"."shopId" ORDER BY "_a0_1"."at", "_a0_1"."id") AS "n" FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" IN (SELECT CASE type WHEN 'array' THEN unhex(value ->> 0) WHEN 'object' THEN CAST(unhex(value ->> 't') AS TEXT) ELSE value END FROM json_each(?))) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?)))))) AS "_a0_4"
  WHERE ("_a0_4"."n" > ?) AND ("_a0_4"."n" <= (? + ?))
  ORDER BY "_a0_4"."n"
-- args: keys, auth().id, "banned", "public", $1, $0, $1

-- many-to-many include (system): orders.findMany {"select":{"id":true},"include":{"tags":true}}
SELECT "orders"."id"
  FROM "orders"
-- args: 
-- tags
SELECT "_a0_1"."id", "_a0_1"."word", "_a0_2"."ordersId"
  FROM "_orders_tags" AS "_a0_2"
  JOIN "tags" AS "_a0_1" ON ("_a0_1"."id" = "_a0_2"."tagsId")
  WHERE ("_a0_2"."ordersId" IN (?, ?))
-- args: key 0, key 1
-- tags for many
SELECT "_a0_1"."id", "_a0_1"."word", "_a0_2"."ordersId"
  FROM "_orders_tags" AS "_a0_2"
  JOIN "tags" AS "_a0_1" ON ("_a0_1"."id" = "_a0_2"."tagsId")
  WHERE ("_a0_2"."ordersId" IN (SELECT CASE type WHEN 'array' THEN unhex(value ->> 0) WHEN 'object' THEN CAST(unhex(value ->> 't') AS TEXT) ELSE value END FROM json_each(?)))
-- args: keys

-- counts (user): shops.findMany {"select":{"id":true},"include":{"_count":{"select":{"orders":{"where":{"state":"new"}}}}}}
SELECT "shops"."id", (SELECT count(*) FROM "orders" AS "_a0_1" WHERE ("_a0_1"."shopId" = "shops"."id") AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_2" WHERE ("_a0_2"."id" = "_a0_1"."shopId") AND ("_a0_2"."deletedAt" IS NULL) AND (("_a0_2"."open") OR ("_a0_2"."owner" = ?)) AND (("_a0_2"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_3" WHERE (("_a0_3"."beforeId" = "_a0_1"."id") AND ("_a0_3"."state" = ?))))) AND ("_a0_1"."state" = ?))
  FROM "shops"
  WHERE ("shops"."deletedAt" IS NULL) AND (("shops"."open") OR ("shops"."owner" = ?)) AND (("shops"."name" = ?) IS FALSE)
-- args: auth().id, "banned", "public", $0, auth().id, "banned"

-- distinct (system): orders.findMany {"distinct":true,"select":{"state":true}}
SELECT DISTINCT "orders"."state"
  FROM "orders"
-- args: 

-- count (user): orders.count {"where":{"state":"new"}}
SELECT count(*)
  FROM "orders"
  WHERE ("orders"."state" = ?) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
-- args: $0, auth().id, "banned", "public"

-- exists (user): orders.exists {"where":{"state":"new"}}
SELECT 1
  FROM "orders"
  WHERE ("orders"."state" = ?) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
  LIMIT 1
-- args: $0, auth().id, "banned", "public"

-- aggregate (user): orders.aggregate {"where":{"state":"new"},"_count":true,"_sum":{"amount":true},"_avg":{"amount":true},"_min":{"at":true},"_stringAgg":{"field":"state","separator":"; ","orderBy":"id"},"_n":{"count":"shopId","distinct":true,"filter":{"amount":{"gt":1}}}}
SELECT count(*), sum("orders"."amount"), avg("orders"."amount"), min("orders"."at"), group_concat("orders"."state", ? ORDER BY "orders"."id"), count(DISTINCT "orders"."shopId") FILTER (WHERE "orders"."amount" > ?)
  FROM "orders"
  WHERE ("orders"."state" = ?) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
-- args: $1, $2, $0, auth().id, "banned", "public"

-- distinct texts with a separator (system): orders.aggregate {"_stringAgg":{"field":"state","separator":"; ","distinct":true}}
SELECT (SELECT group_concat("_a0_1"."value", ?) FROM json_each(json_group_array(DISTINCT "orders"."state")) AS "_a0_1")
  FROM "orders"
-- args: $0

-- group (user): orders.groupBy {"by":["state","shopId"],"_count":true,"_sum":{"amount":true},"having":{"_count":{"gt":1},"OR":[{"_max":{"amount":{"lt":9}}},{"state":"new"}]},"orderBy":[{"_count":"desc"},{"_avg":{"amount":"asc"}},{"state":"asc"}],"limit":10,"offset":1}
SELECT "orders"."state", "orders"."shopId", count(*), sum("orders"."amount")
  FROM "orders"
  WHERE ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
  GROUP BY 1, 2
  HAVING (((max("orders"."amount") < ?)) OR (("orders"."state" = ?))) AND (count(*) > ?)
  ORDER BY 3 DESC, avg("orders"."amount"), "orders"."state"
  LIMIT ? + 0 OFFSET ? + 0
-- args: auth().id, "banned", "public", $0, $1, $2, $3, $4

-- group by an interval (system): orders.groupBy {"by":["at"],"interval":{"at":"quarter"},"_count":true,"fillGaps":false}
SELECT (substr("orders"."at", 1, 4) || '-Q') || ((substr("orders"."at", 6, 2) + 2) / 3), count(*)
  FROM "orders"
  GROUP BY 1
  ORDER BY 1
-- args: 

-- gaps filled (system): orders.groupBy {"by":["at"],"interval":{"at":"month"},"where":{"at":{"gte":"2024-01-01","lt":"2024-04-01"}},"_count":true,"having":{"_sum":{"amount":{"gte":0}}},"orderBy":{"_max":{"amount":"desc"}},"limit":2}
WITH RECURSIVE "_a0_2"("k0", "a0", "a1", "a2") AS (SELECT substr("orders"."at", 1, 7), count(*), sum("orders"."amount"), max("orders"."amount") FROM "orders" WHERE (("orders"."at" >= ?) AND ("orders"."at" < ?)) GROUP BY 1) SELECT "_a0_1"."k0", "_a0_1"."a0"
  FROM (SELECT "_a0_3"."k0" AS "k0", "_a0_3"."a0" AS "a0", "_a0_3"."a1" AS "a1", "_a0_3"."a2" AS "a2" FROM "_a0_2" AS "_a0_3" UNION ALL SELECT "_a0_4"."value", 0, 0, NULL FROM json_each(?) AS "_a0_4" WHERE (NOT EXISTS (SELECT 1 FROM "_a0_2" AS "_a0_5" WHERE ("_a0_5"."k0" IS "_a0_4"."value")))) AS "_a0_1"
  WHERE (("_a0_1"."a1" >= ?))
  ORDER BY "_a0_1"."a2" DESC
  LIMIT ? + 0
-- args: $0, $1, $2, $3, $4

-- gaps filled for each other key (system): orders.groupBy {"by":["state","at"],"interval":{"at":"week"},"where":{"at":{"gte":"2024-01-01","lt":"2024-04-01"}},"_count":true,"_avg":{"amount":true}}
WITH RECURSIVE "_a0_2"("k0", "k1", "a0", "a1") AS (SELECT "orders"."state", strftime('%G-W%V', "orders"."at"), count(*), avg("orders"."amount") FROM "orders" WHERE (("orders"."at" >= ?) AND ("orders"."at" < ?)) GROUP BY 1, 2) SELECT "_a0_1"."k0", "_a0_1"."k1", "_a0_1"."a0", "_a0_1"."a1"
  FROM (SELECT "_a0_3"."k0" AS "k0", "_a0_3"."k1" AS "k1", "_a0_3"."a0" AS "a0", "_a0_3"."a1" AS "a1" FROM "_a0_2" AS "_a0_3" UNION ALL SELECT "_a0_7"."k0", "_a0_4"."value", 0, NULL FROM json_each(?) AS "_a0_4" JOIN (SELECT DISTINCT "_a0_6"."k0" AS "k0" FROM "_a0_2" AS "_a0_6") AS "_a0_7" ON 1 WHERE (NOT EXISTS (SELECT 1 FROM "_a0_2" AS "_a0_5" WHERE ("_a0_5"."k0" IS "_a0_7"."k0") AND ("_a0_5"."k1" IS "_a0_4"."value")))) AS "_a0_1"
  ORDER BY 2, 1
-- args: $0, $1, $2

-- first page (user): orders.findManyCursor {"select":{"id":true},"orderBy":{"at":"asc"},"limit":5}
SELECT "orders"."id", "orders"."at", "orders"."id"
  FROM "orders"
  WHERE ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
  ORDER BY "orders"."at", "orders"."id"
  LIMIT ? + 1
-- args: auth().id, "banned", "public", $0

-- next page, one way (system): orders.findManyCursor {"select":{"id":true},"orderBy":{"at":"desc"},"cursor":"x"}
SELECT "orders"."id", "orders"."at", "orders"."id"
  FROM "orders"
  WHERE (("orders"."at", "orders"."id") < (?, ?))
  ORDER BY "orders"."at" DESC, "orders"."id" DESC
  LIMIT 21
-- args: $0, $1

-- next page, mixed (system): orders.findManyCursor {"select":{"id":true},"orderBy":[{"at":"asc"},{"amount":"desc"},{"id":"asc"}],"cursor":"x"}
SELECT "orders"."id", "orders"."at", "orders"."amount", "orders"."id"
  FROM "orders"
  WHERE (("orders"."at" >= ?) AND ((("orders"."at" > ?)) OR (("orders"."at" = ?) AND (("orders"."amount" < ?) OR ("orders"."amount" IS NULL))) OR (("orders"."at" = ?) AND ("orders"."amount" = ?) AND ("orders"."id" > ?))))
  ORDER BY "orders"."at", "orders"."amount" DESC, "orders"."id"
  LIMIT 21
-- args: $0, $0, $0, $1, $0, $1, $2

-- next page after a null (system): orders.findManyCursor {"select":{"id":true},"orderBy":{"amount":"asc"},"cursor":"null"}
SELECT "orders"."id", "orders"."amount", "orders"."id"
  FROM "orders"
  WHERE ((("orders"."amount" IS NOT NULL)) OR (("orders"."amount" IS NULL) AND ("orders"."id" > ?)))
  ORDER BY "orders"."amount", "orders"."id"
  LIMIT 21
-- args: $1

-- next page by a related field (user): orders.findManyCursor {"select":{"id":true},"orderBy":{"shop":{"name":"asc"}},"cursor":"x"}
SELECT "orders"."id", (SELECT "_a0_3"."name" FROM "shops" AS "_a0_3" WHERE ("_a0_3"."id" = "orders"."shopId") AND ("_a0_3"."deletedAt" IS NULL) AND (("_a0_3"."open") OR ("_a0_3"."owner" = ?)) AND (("_a0_3"."name" = ?) IS FALSE) LIMIT 1), "orders"."id"
  FROM "orders"
  WHERE ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?))))) AND (((SELECT "_a0_3"."name" FROM "shops" AS "_a0_3" WHERE ("_a0_3"."id" = "orders"."shopId") AND ("_a0_3"."deletedAt" IS NULL) AND (("_a0_3"."open") OR ("_a0_3"."owner" = ?)) AND (("_a0_3"."name" = ?) IS FALSE) LIMIT 1) >= ?) AND ((((SELECT "_a0_3"."name" FROM "shops" AS "_a0_3" WHERE ("_a0_3"."id" = "orders"."shopId") AND ("_a0_3"."deletedAt" IS NULL) AND (("_a0_3"."open") OR ("_a0_3"."owner" = ?)) AND (("_a0_3"."name" = ?) IS FALSE) LIMIT 1) > ?)) OR (((SELECT "_a0_3"."name" FROM "shops" AS "_a0_3" WHERE ("_a0_3"."id" = "orders"."shopId") AND ("_a0_3"."deletedAt" IS NULL) AND (("_a0_3"."open") OR ("_a0_3"."owner" = ?)) AND (("_a0_3"."name" = ?) IS FALSE) LIMIT 1) = ?) AND ("orders"."id" > ?))))
  ORDER BY (SELECT "_a0_3"."name" FROM "shops" AS "_a0_3" WHERE ("_a0_3"."id" = "orders"."shopId") AND ("_a0_3"."deletedAt" IS NULL) AND (("_a0_3"."open") OR ("_a0_3"."owner" = ?)) AND (("_a0_3"."name" = ?) IS FALSE) LIMIT 1), "orders"."id"
  LIMIT 21
-- args: auth().id, "banned", auth().id, "banned", "public", auth().id, "banned", $0, auth().id, "banned", $0, auth().id, "banned", $0, $1, auth().id, "banned"

-- windows (user): orders.findMany {"select":{"id":true},"window":{"rn":{"rowNumber":true,"partitionBy":"state","orderBy":{"at":"desc"}},"prev":{"lag":"amount","offset":2,"default":0,"orderBy":{"id":"asc"}},"run":{"sum":"amount","orderBy":{"id":"asc"},"rows":[-6,0]},"near":{"count":true,"orderBy":{"amount":"asc"},"range":[null,10]},"some":{"avg":"amount","filter":{"state":"new"}},"nth":{"nthValue":"state","n":2},"tile":{"ntile":4,"orderBy":{"id":"asc"}}},"orderBy":{"rn":"asc"},"limit":5}
SELECT "orders"."id", count(*) OVER ( ORDER BY "orders"."amount" RANGE BETWEEN UNBOUNDED PRECEDING AND 10 FOLLOWING), nth_value("orders"."state", 2) OVER (), lag("orders"."amount", 2, ?) OVER ( ORDER BY "orders"."id"), row_number() OVER (PARTITION BY "orders"."state" ORDER BY "orders"."at" DESC), sum("orders"."amount") OVER ( ORDER BY "orders"."id" ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), avg("orders"."amount") FILTER (WHERE "orders"."state" = ?) OVER (), ntile(4) OVER ( ORDER BY "orders"."id")
  FROM "orders"
  WHERE ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))
  ORDER BY 5
  LIMIT ? + 0
-- args: $3, $7, auth().id, "banned", "public", $0

-- descendants (user): orders.findMany {"where":{"id":1},"recursive":true,"select":{"id":true}}
WITH RECURSIVE "_a0_3"("_litestone_0") AS (SELECT "orders"."id" FROM "orders" WHERE ("orders"."id" = ?) AND ((EXISTS (SELECT 1 FROM "shops" AS "_a0_1" WHERE ("_a0_1"."id" = "orders"."shopId") AND ("_a0_1"."deletedAt" IS NULL) AND (("_a0_1"."open") OR ("_a0_1"."owner" = ?)) AND (("_a0_1"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_2" WHERE (("_a0_2"."beforeId" = "orders"."id") AND ("_a0_2"."state" = ?)))))), "_a0_5"("_litestone_0", "_litestone_depth") AS (SELECT "_a0_11"."_litestone_0", 0 FROM "_a0_3" AS "_a0_11" UNION ALL SELECT "_a0_7"."id", "_a0_6"."_litestone_depth" + 1 FROM "_a0_5" AS "_a0_6" JOIN "orders" AS "_a0_7" ON ("_a0_7"."beforeId" = "_a0_6"."_litestone_0") WHERE ((EXISTS (SELECT 1 FROM "shops" AS "_a0_8" WHERE ("_a0_8"."id" = "_a0_7"."shopId") AND ("_a0_8"."deletedAt" IS NULL) AND (("_a0_8"."open") OR ("_a0_8"."owner" = ?)) AND (("_a0_8"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_9" WHERE (("_a0_9"."beforeId" = "_a0_7"."id") AND ("_a0_9"."state" = ?))))) AND (NOT EXISTS (SELECT 1 FROM "_a0_3" AS "_a0_10" WHERE ("_a0_10"."_litestone_0" = "_a0_7"."id")))) SELECT "orders"."id", "_a0_4"."_litestone_depth"
  FROM (SELECT "_a0_12"."_litestone_0" AS "_litestone_0", "_a0_12"."_litestone_depth" AS "_litestone_depth" FROM "_a0_5" AS "_a0_12" WHERE ("_a0_12"."_litestone_depth" > 0)) AS "_a0_4"
  JOIN "orders" ON ("orders"."id" = "_a0_4"."_litestone_0")
  WHERE ((EXISTS (SELECT 1 FROM "shops" AS "_a0_13" WHERE ("_a0_13"."id" = "orders"."shopId") AND ("_a0_13"."deletedAt" IS NULL) AND (("_a0_13"."open") OR ("_a0_13"."owner" = ?)) AND (("_a0_13"."name" = ?) IS FALSE))) OR (EXISTS (SELECT 1 FROM "orders" AS "_a0_14" WHERE (("_a0_14"."beforeId" = "orders"."id") AND ("_a0_14"."state" = ?)))))
  ORDER BY "_a0_4"."_litestone_depth"
-- args: $0, auth().id, "banned", "public", auth().id, "banned", "public", auth().id, "banned", "public"

-- descendants, bounded (system): orders.findMany {"where":{"id":1},"recursive":{"maxDepth":2},"select":{"id":true},"orderBy":{"_depth":"desc"},"limit":3}
WITH RECURSIVE "_a0_1"("_litestone_0") AS (SELECT "orders"."id" FROM "orders" WHERE ("orders"."id" = ?)), "_a0_3"("_litestone_0", "_litestone_depth") AS (SELECT "_a0_7"."_litestone_0", 0 FROM "_a0_1" AS "_a0_7" UNION ALL SELECT "_a0_5"."id", "_a0_4"."_litestone_depth" + 1 FROM "_a0_3" AS "_a0_4" JOIN "orders" AS "_a0_5" ON ("_a0_5"."beforeId" = "_a0_4"."_litestone_0") WHERE ("_a0_4"."_litestone_depth" < 2) AND (NOT EXISTS (SELECT 1 FROM "_a0_1" AS "_a0_6" WHERE ("_a0_6"."_litestone_0" = "_a0_5"."id")))) SELECT "orders"."id", "_a0_2"."_litestone_depth"
  FROM (SELECT "_a0_8"."_litestone_0" AS "_litestone_0", "_a0_8"."_litestone_depth" AS "_litestone_depth" FROM "_a0_3" AS "_a0_8" WHERE ("_a0_8"."_litestone_depth" > 0)) AS "_a0_2"
  JOIN "orders" ON ("orders"."id" = "_a0_2"."_litestone_0")
  ORDER BY "_a0_2"."_litestone_depth" DESC
  LIMIT ? + 0
-- args: $0, $1

-- ancestors (system): orders.findMany {"where":{"id":1},"recursive":{"direction":"ancestors"},"select":{"id":true}}
WITH RECURSIVE "_a0_1"("_litestone_0", "_litestone_1") AS (SELECT "orders"."id", "orders"."beforeId" FROM "orders" WHERE ("orders"."id" = ?)), "_a0_3"("_litestone_0", "_litestone_1") AS (SELECT "_a0_6"."_litestone_0", "_a0_6"."_litestone_1" FROM "_a0_1" AS "_a0_6" UNION SELECT "_a0_5"."id", "_a0_5"."beforeId" FROM "_a0_3" AS "_a0_4" JOIN "orders" AS "_a0_5" ON ("_a0_5"."id" = "_a0_4"."_litestone_1")), "_a0_8"("_litestone_0", "_litestone_1", "_litestone_depth") AS (SELECT "_a0_11"."_litestone_0", "_a0_11"."_litestone_1", 0 FROM "_a0_1" AS "_a0_11" UNION SELECT "_a0_10"."id", "_a0_10"."beforeId", "_a0_9"."_litestone_depth" + 1 FROM "_a0_8" AS "_a0_9" JOIN "orders" AS "_a0_10" ON ("_a0_10"."id" = "_a0_9"."_litestone_1") WHERE ("_a0_9"."_litestone_depth" < (SELECT count(*) FROM "_a0_3" AS "_a0_7"))) SELECT "orders"."id", "_a0_2"."_litestone_depth"
  FROM (SELECT "_a0_12"."_litestone_0" AS "_litestone_0", min("_a0_12"."_litestone_depth") AS "_litestone_depth" FROM "_a0_8" AS "_a0_12" WHERE (NOT EXISTS (SELECT 1 FROM "_a0_1" AS "_a0_13" WHERE ("_a0_13"."_litestone_0" = "_a0_12"."_litestone_0"))) GROUP BY "_a0_12"."_litestone_0") AS "_a0_2"
  JOIN "orders" ON ("orders"."id" = "_a0_2"."_litestone_0")
  ORDER BY "_a0_2"."_litestone_depth"
-- args: $0

-- a nested tree (system): orders.findMany {"where":{"id":1},"recursive":{"nested":true},"select":{"id":true}}
WITH RECURSIVE "_a0_1"("_litestone_0") AS (SELECT "orders"."id" FROM "orders" WHERE ("orders"."id" = ?)), "_a0_3"("_litestone_0", "_litestone_depth") AS (SELECT "_a0_7"."_litestone_0", 0 FROM "_a0_1" AS "_a0_7" UNION ALL SELECT "_a0_5"."id", "_a0_4"."_litestone_depth" + 1 FROM "_a0_3" AS "_a0_4" JOIN "orders" AS "_a0_5" ON ("_a0_5"."beforeId" = "_a0_4"."_litestone_0") WHERE (NOT EXISTS (SELECT 1 FROM "_a0_1" AS "_a0_6" WHERE ("_a0_6"."_litestone_0" = "_a0_5"."id")))) SELECT "orders"."id", "_a0_2"."_litestone_depth", "orders"."beforeId"
  FROM (SELECT "_a0_8"."_litestone_0" AS "_litestone_0", "_a0_8"."_litestone_depth" AS "_litestone_depth" FROM "_a0_3" AS "_a0_8" WHERE ("_a0_8"."_litestone_depth" > 0)) AS "_a0_2"
  JOIN "orders" ON ("orders"."id" = "_a0_2"."_litestone_0")
  ORDER BY "_a0_2"."_litestone_depth"
-- args: $0

-- search (user): shops.search {"where":{"owner":1},"select":{"id":true},"highlight":{"field":"name"},"snippet":true}
SELECT "shops"."id", highlight("_a0_1"."shops_fts", 0, ?, ?), snippet("_a0_1"."shops_fts", 0, ?, ?, ?, ?)
  FROM "shops"
  JOIN "shops_fts" AS "_a0_1" ON ("_a0_1"."rowid" = "shops"."id")
  WHERE ("_a0_1"."shops_fts" MATCH ?) AND ("shops"."owner" = ?) AND ("shops"."deletedAt" IS NULL) AND (("shops"."open") OR ("shops"."owner" = ?)) AND (("shops"."name" = ?) IS FALSE)
  ORDER BY "_a0_1"."rank"
-- args: "\u003cmark\u003e", "\u003c/mark\u003e", "\u003cmark\u003e", "\u003c/mark\u003e", "…", 32, $1, $0, auth().id, "banned"

