package migrate_test

import (
	"flag"
	"os"
	"testing"
)

// childEnv tells a test binary started by a test to be one of its children instead.
const childEnv = "LITESTONE_MIGRATE_CHILD"

func TestMain(m *testing.M) {
	if role := os.Getenv(childEnv); role != "" {
		os.Exit(child(role))
	}
	flag.Parse()
	// 200 pairs of schemas per property where nothing else is asked for.
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		checks := "200"
		if testing.Short() {
			checks = "30"
		}
		if err := flag.Set("rapid.checks", checks); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
