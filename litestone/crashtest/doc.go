// Package crashtest holds no code but tests of what must survive: processes killed at any moment,
// many processes on one file, disks that fill up, contexts that end in mid-call. They run the
// test binary itself as child processes.
//
// LITESTONE_SOAK multiplies how long they run: kills, seconds of contention. `make soak` sets it.
package crashtest
