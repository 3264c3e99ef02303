package write_test

import "testing"

const house = `
model owners {
  id    Integer @id
  name  Text
  pass  passports?
  homes homes[]
}
model passports {
  id      Integer @id
  num     Text @unique
  owner   owners? @relation(fields: [ownerId], references: [id])
  ownerId Integer? @unique
}
model homes {
  town    Text
  street  Text
  owner   owners? @relation(fields: [ownerId], references: [id], onDelete: SetNull)
  ownerId Integer?
  rooms   rooms[]
  @@id([town, street])
}
model rooms {
  id     Integer @id
  town   Text
  street Text
  size   Integer @default(1)
  home   homes @relation(fields: [town, street], references: [town, street], onDelete: Cascade)
}`

func TestNestedHasOne(t *testing.T) {
	play(t, house,
		step{call: "owners.create", args: `{"data":{"id":1,"name":"a","pass":{"create":{"id":1,"num":"x"}}},"include":{"pass":true}}`, want: `{"id":1,"name":"a","pass":{"id":1,"num":"x","ownerId":1}}`},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"update":{"num":"y"}}},"include":{"pass":true}}`, want: `{"id":1,"name":"a","pass":{"id":1,"num":"y","ownerId":1}}`},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"create":{"id":2,"num":"z"}}},"include":{"pass":true}}`, want: `{"id":1,"name":"a","pass":{"id":2,"num":"z","ownerId":1}}`},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"connect":{"num":"y"}}},"include":{"pass":true}}`, want: `{"id":1,"name":"a","pass":{"id":1,"num":"y","ownerId":1}}`},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"connect":{"num":"y"}}}}`, want: `{"id":1,"name":"a"}`},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"upsert":{"create":{"num":"no"},"update":{"num":"yy"}}}}}`},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"disconnect":true}},"include":{"pass":true}}`, want: `{"id":1,"name":"a","pass":null}`},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"disconnect":true}}}`, want: `{"id":1,"name":"a"}`},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"update":{"num":"q"}}}}`, err: "not_found: pass"},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"delete":true}}}`, err: "not_found: pass"},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"upsert":{"create":{"id":7,"num":"new"},"update":{"num":"no"}}}},"include":{"pass":true}}`, want: `{"id":1,"name":"a","pass":{"id":7,"num":"new","ownerId":1}}`},
		step{call: "owners.update", args: `{"where":{"id":1},"data":{"pass":{"delete":true}},"include":{"pass":true}}`, want: `{"id":1,"name":"a","pass":null}`},
		step{call: "passports.findMany", args: `{"orderBy":{"id":"asc"}}`, want: `[{"id":1,"num":"yy","ownerId":null},{"id":2,"num":"z","ownerId":null}]`},
	)
}

func TestNestedBelongsTo(t *testing.T) {
	play(t, house,
		step{call: "owners.createMany", args: `{"data":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}`},
		step{call: "homes.create", args: `{"data":{"town":"T","street":"S","owner":{"connect":{"id":1}}}}`, want: `{"town":"T","street":"S","ownerId":1}`},
		step{call: "homes.update", args: `{"where":{"town":"T"},"data":{"owner":{"update":{"name":"aa"}}},"include":{"owner":true}}`, want: `{"town":"T","street":"S","ownerId":1,"owner":{"id":1,"name":"aa"}}`},
		step{call: "homes.update", args: `{"where":{"town":"T"},"data":{"owner":{"upsert":{"create":{"name":"no"},"update":{"name":"aaa"}}}},"include":{"owner":true}}`, want: `{"town":"T","street":"S","ownerId":1,"owner":{"id":1,"name":"aaa"}}`},
		step{call: "homes.update", args: `{"where":{"town":"T"},"data":{"owner":{"disconnect":true}}}`, want: `{"town":"T","street":"S","ownerId":null}`},
		step{call: "homes.update", args: `{"where":{"town":"T"},"data":{"owner":{"update":{"name":"x"}}}}`, err: "not_found: owner"},
		step{call: "homes.update", args: `{"where":{"town":"T"},"data":{"owner":{"delete":true}}}`, err: "not_found: owner"},
		step{call: "homes.update", args: `{"where":{"town":"T"},"data":{"owner":{"upsert":{"create":{"id":5,"name":"c"},"update":{"name":"no"}}}}}`, want: `{"town":"T","street":"S","ownerId":5}`},
		step{call: "homes.update", args: `{"where":{"town":"T"},"data":{"owner":{"delete":true}},"include":{"owner":true}}`, want: `{"town":"T","street":"S","ownerId":null,"owner":null}`},
		step{call: "owners.findMany", args: `{"orderBy":{"id":"asc"}}`, want: `[{"id":1,"name":"aaa"},{"id":2,"name":"b"}]`},
		step{call: "rooms.create", args: `{"data":{"id":1,"home":{"disconnect":true}}}`, err: "validation: home"},
		step{call: "rooms.create", args: `{"data":{"id":1,"home":{"connect":{"town":"T","street":"S"}}}}`, want: `{"id":1,"town":"T","street":"S","size":1}`},
		step{call: "rooms.update", args: `{"where":{"id":1},"data":{"home":{"create":{"town":"U","street":"V","owner":{"connect":{"id":2}}}}},"include":{"home":{"include":{"owner":true}}}}`,
			want: `{"id":1,"town":"U","street":"V","size":1,"home":{"town":"U","street":"V","ownerId":2,"owner":{"id":2,"name":"b"}}}`},
	)
}

// Keys of several columns, on both sides of a relation and in every call about one row.
func TestCompositeKeys(t *testing.T) {
	play(t, house,
		step{call: "homes.create", args: `{"data":{"town":"T","street":"A","rooms":{"create":[{"id":1},{"id":2,"size":2}]}},"include":{"rooms":{"orderBy":{"id":"asc"}}}}`,
			want: `{"town":"T","street":"A","ownerId":null,"rooms":[{"id":1,"town":"T","street":"A","size":1},{"id":2,"town":"T","street":"A","size":2}]}`},
		step{call: "homes.create", args: `{"data":{"town":"T","street":"B","rooms":{"connect":{"id":2}}}}`},
		step{call: "homes.update", args: `{"where":{"street":{"in":["A","B"]}},"data":{"rooms":{"updateMany":{"where":{},"data":{"size":9}}}}}`, want: `{"town":"T","street":"A","ownerId":null}`},
		step{call: "rooms.findMany", args: `{"orderBy":{"id":"asc"},"select":{"id":true,"street":true,"size":true}}`, want: `[{"id":1,"street":"A","size":9},{"id":2,"street":"B","size":2}]`},
		step{call: "homes.update", args: `{"where":{"street":"B"},"data":{"rooms":{"set":[{"id":1}]}}}`, err: "not_null: rooms.town, rooms.street"},
		step{call: "homes.upsert", args: `{"where":{"town":"T","street":"A"},"create":{"town":"T","street":"A"},"update":{"street":"A"}}`, want: `{"town":"T","street":"A","ownerId":null}`},
		step{call: "homes.upsertMany", args: `{"data":[{"town":"T","street":"A","ownerId":null},{"town":"T","street":"C"}]}`, want: `{"count":2}`},
		step{call: "homes.delete", args: `{"where":{"town":"T"}}`, want: `{"town":"T","street":"A","ownerId":null}`},
		step{call: "homes.remove", args: `{"where":{"town":"T"}}`, want: `{"town":"T","street":"B","ownerId":null}`},
		step{call: "rooms.count", args: `{}`, want: `0`},
		step{call: "homes.findMany", args: `{}`, want: `[{"town":"T","street":"C","ownerId":null}]`},
	)
}

// All failing values of all rows of a call are told at once, and nothing was written.
func TestFailingValuesOfTheWholeTree(t *testing.T) {
	play(t, `
type Geo { lat Real @gte(-90) @lte(90)  name Text @trim @length(1) }
type Address { city Text @trim @upper  zip Text? @regex("^[0-9]+$")  geo Json? @type(Geo)  tags Text[] @maxItems(2)  home Boolean @default(true) }
model people {
  id      Integer @id
  email   Text @email
  address Json? @type(Address)
  books   books[]
}
model books {
  id     Integer @id
  title  Text @length(2, 5)
  pages  Integer? @gt(0)
  owner  people @relation(fields: [ownerId], references: [id])
  ownerId Integer
}`,
		step{call: "people.create", args: `{"data":{"email":"no","address":{"city":"x","zip":"z","geo":{"lat":91,"name":" "},"tags":["a","b","c"],"planet":"Mars"},"books":{"create":[{"title":"good","pages":1},{"title":"x","pages":0},{"title":5}]}}}`,
			err: "validation: email, address.planet, address.zip, address.geo.lat, address.geo.name, address.tags, books.title, books.pages"},
		step{call: "people.create", args: `{"data":{"email":"a@b.co","address":{}}}`, err: "validation: address.city"},
		step{call: "people.create", args: `{"data":{"email":"a@b.co","address":{"city":null}}}`, err: "validation: address.city"},
		step{call: "people.create", args: `{"data":{"email":"a@b.co","address":[]}}`, err: "validation: address"},
		step{call: "people.create", args: `{"data":{"email":"a@b.co","address":{"city":5}}}`, err: "validation: address.city"},
		step{call: "people.create", args: `{"data":{"id":1,"email":"a@b.co","address":{"zip":"1","city":" oslo ","geo":{"lat":1,"name":" n "}}}}`,
			want: `{"id":1,"email":"a@b.co","address":{"city":"OSLO","zip":"1","geo":{"lat":1,"name":"n"},"tags":[],"home":true}}`},
		step{call: "people.update", args: `{"where":{"id":1},"data":{"email":"q","books":{"create":{"title":""}}}}`, err: "validation: email, books.title"},
		step{call: "people.upsert", args: `{"where":{"id":1},"create":{"email":"q"},"update":{"email":"p"}}`, err: "validation: email"},
		step{call: "people.createMany", args: `{"data":[{"email":"a@b.co"},{"email":"b"}]}`, err: "validation: email"},
		step{call: "SELECT count(*) AS n FROM people", want: `[{"n":1}]`},
		step{call: "SELECT count(*) AS n FROM books", want: `[{"n":0}]`},
	)
}

// A many-to-many relation of a model with itself has two sides.
func TestManyToManyWithItself(t *testing.T) {
	play(t, `
model people {
  id      Integer @id
  likes   people[] @relation("likes")
  likedBy people[] @relation("likes")
}`,
		step{call: "people.create", args: `{"data":{"id":1,"likes":{"create":[{"id":2},{"id":3}]}},"include":{"likes":{"orderBy":{"id":"asc"}},"likedBy":true}}`, want: `{"id":1,"likes":[{"id":2},{"id":3}],"likedBy":[]}`},
		step{call: "people.update", args: `{"where":{"id":2},"data":{"likes":{"connect":{"id":1}}},"include":{"likes":true,"likedBy":true}}`, want: `{"id":2,"likes":[{"id":1}],"likedBy":[{"id":1}]}`},
		step{call: "people.update", args: `{"where":{"id":3},"data":{"likedBy":{"set":[{"id":2},{"id":3}]}},"include":{"likedBy":{"orderBy":{"id":"asc"}}}}`, want: `{"id":3,"likedBy":[{"id":2},{"id":3}]}`},
		step{call: "people.update", args: `{"where":{"id":1},"data":{"likes":{"disconnect":{"id":2}}},"include":{"likes":true,"likedBy":true}}`, want: `{"id":1,"likes":[],"likedBy":[{"id":2}]}`},
		step{call: "people.update", args: `{"where":{"id":2},"data":{"likedBy":{"update":{"where":{"id":1},"data":{"id":9}}}}}`, err: "not_found: likedBy"},
		step{call: "people.delete", args: `{"where":{"id":3}}`, want: `{"id":3}`},
		step{call: "people.findMany", args: `{"orderBy":{"id":"asc"},"include":{"likes":true}}`, want: `[{"id":1,"likes":[]},{"id":2,"likes":[{"id":1}]}]`},
	)
}
