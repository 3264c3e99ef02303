//go:build !race && !cgosqlite

package read_test

const othersAllocate = false
