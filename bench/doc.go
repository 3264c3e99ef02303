// Package bench measures calls of Litestone beside the same statements on bare database/sql with
// prepared statements, on the same driver, the same file and in the same run. Ratios hold
// where times do not: the pairs are named Call/litestone and Call/database-sql, for
// benchstat -col /by.
package bench

//go:generate go run ../cmd/lite2go -schema schema.lite -out models
