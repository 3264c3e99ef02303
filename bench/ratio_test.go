package bench

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
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
			n := 0
			turn := func(call func(int)) time.Duration {
				began := time.Now()
				for range calls {
					n++
					call(n)
				}
				return time.Since(began)
			}
			turn(ours)
			turn(bare)
			ratios := make([]float64, turns)
			var all [2][]time.Duration
			for i := range ratios {
				var a, b time.Duration
				if i%2 == 0 {
					a, b = turn(ours), turn(bare)
				} else {
					b, a = turn(bare), turn(ours)
				}
				ratios[i] = float64(a) / float64(b)
				all[0], all[1] = append(all[0], a), append(all[1], b)
			}
			slices.Sort(ratios)
			slices.Sort(all[0])
			slices.Sort(all[1])
			each := time.Duration(calls)
			t.Logf("%-15s %.2f times database/sql (quartiles %.2f and %.2f); medians %v and %v", r.name,
				ratios[turns/2], ratios[turns/4], ratios[turns*3/4], all[0][turns/2]/each, all[1][turns/2]/each)
		})
	}
}
