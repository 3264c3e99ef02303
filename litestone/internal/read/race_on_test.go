//go:build race

package read_test

// raceEnabled says that the race detector allocates too.
const raceEnabled = true
