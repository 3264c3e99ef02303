// Package litestone is an ORM for SQLite: one .lite schema declares shape, access rules and
// lifecycle, and a Client enforces all of it on every call.
//
// Programs import the package that lite2go generates and call its Open; this package's own
// Open serves programs that read their schema at run time. Both give the same Client: typed
// tables (Table) and dynamic ones (Client.Table) plan their calls alike.
//
//	db, err := models.Open(ctx, litestone.Config{DB: "app.db"})
//	me := db.As(user)                    // policies and field rules apply
//	page, err := me.Users.FindMany(ctx, litestone.Find{Where: models.Users.Role.Eq(models.RoleAdmin)})
//
// An unscoped Client asks as nobody: policies apply and auth() is null. As gives a view for a
// signed-in subject, AsSystem one that no policy restricts. Errors are *Error values with a
// stable Code.
package litestone
