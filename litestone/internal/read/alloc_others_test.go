//go:build race || cgosqlite

package read_test

// othersAllocate says that the race detector or the driver allocates for every row.
const othersAllocate = true
