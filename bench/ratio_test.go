package bench

import (
	"os"
	"slices"
	"strconv"
	"testing"
)

// TestRatios prints how much longer Litestone takes than database/sql: the two take turns on one
// file, so that what else the machine does hits both, and the median of the ratios of many turns is
// printed. LITESTONE_RATIOS is the number of turns; without it the test is skipped.
func TestRatios(t *testing.T) {
	turns, _ := strconv.Atoi(os.Getenv("LITESTONE_RATIOS"))
	if turns == 0 {
		t.Skip("LITESTONE_RATIOS is not set")
	}
	for _, r := range slices.Concat(reads, writes) {
		t.Run(r.name, func(t *testing.T) {
			ours, bare := r.pair(t, open(t))
			calls := 50
			switch r.name {
			case "CreateMany1000", "Find1000", "Aggregate10000", "GroupBy10000", "Search20":
				calls = 1
			}
			t.Logf("%-15s %s of database/sql", r.name, takeTurns(turns, calls, ours, bare))
		})
	}
}
