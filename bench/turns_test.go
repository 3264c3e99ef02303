package bench

import (
	"fmt"
	"slices"
	"time"
)

// measure is what many turns of two sides gave.
type measure struct {
	ratio, low, high float64 // the median of the turns' ratios, and their quartiles
	first, second    time.Duration
}

// takeTurns lets two sides make calls by turns, so that what else the machine does hits both.
func takeTurns(turns, calls int, first, second func(int)) (m measure) {
	n := 0
	turn := func(call func(int)) time.Duration {
		began := time.Now()
		for range calls {
			n++
			call(n)
		}
		return time.Since(began)
	}
	turn(first)
	turn(second)
	ratios := make([]float64, turns)
	var all [2][]time.Duration
	for i := range ratios {
		var a, b time.Duration
		if i%2 == 0 {
			a, b = turn(first), turn(second)
		} else {
			b, a = turn(second), turn(first)
		}
		ratios[i] = float64(a) / float64(b)
		all[0], all[1] = append(all[0], a), append(all[1], b)
	}
	slices.Sort(ratios)
	slices.Sort(all[0])
	slices.Sort(all[1])
	each := time.Duration(calls)
	return measure{ratios[turns/2], ratios[turns/4], ratios[turns*3/4], all[0][turns/2] / each, all[1][turns/2] / each}
}

func (m measure) String() string {
	return fmt.Sprintf("%.2f times (quartiles %.2f and %.2f); medians %v and %v", m.ratio, m.low, m.high, m.first, m.second)
}
