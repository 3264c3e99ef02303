// Package migrate brings a database to the shape a schema describes and keeps its rows.
//
// [Push] compares the live database with a pristine one built in memory from the same schema;
// both are read by package introspect. What differs becomes a [Plan]: a value that can be
// printed and looked at before anything runs. Apply runs the plan in one transaction per
// database: the old shape or the new one, nothing between.
//
// A database whose schema is as Push left it is recognised by two remembered numbers (a hash
// of the statements and SQLite's schema_version, which any change of any program raises), and
// nothing is built or compared.
//
// # What must stay true
//
//   - Every check that could refuse runs before the first change, inside the transaction.
//   - A table is rebuilt only where ALTER TABLE cannot do it; the row counts of all tables are
//     equal before and after, no foreign key dangles, and the new catalog differs from the
//     pristine one in nothing, or everything is rolled back.
//   - What Litestone did not make stays: tables of no model, views, and the triggers, indexes
//     and CHECKs of others on our tables. Tables of @@external models are not looked at.
//
// # Files
//
// A [Set] is the migrations of one database, files and Go functions; a [Runner] applies them and
// takes them back, each in a transaction that also holds its record, chosen under the write lock.
// [Runner.Draft] writes a plan as a file with its [Reverse]; both are tried in a scratch database.
// [Lint] looks at files without a database, [Introspect] goes the other way, from a database to a
// schema.
package migrate
