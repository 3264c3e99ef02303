package schema_test

import (
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestMutatedSchemas exchanges, repeats and drops words and lines of the corpus, which keeps more
// of the grammar whole than random bytes do and so reaches the rules behind it. What FuzzCheck
// asks of any text must hold, and soon.
func TestMutatedSchemas(t *testing.T) {
	var seeds, pool []string
	word := regexp.MustCompile(`@*\w+`)
	for _, glob := range []string{"testdata/*.lite", "testdata/errors/*.lite"} {
		files, _ := filepath.Glob(glob)
		for _, path := range files {
			text, _, _ := strings.Cut(read(t, path), expected)
			seeds = append(seeds, text)
			pool = append(pool, word.FindAllString(text, -1)...)
		}
	}
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		lines := strings.Split(seeds[rnd.IntN(len(seeds))], "\n")
		for range 1 + rnd.IntN(5) {
			i, j := rnd.IntN(len(lines)), rnd.IntN(len(lines))
			switch rnd.IntN(6) {
			case 0:
				lines[i] = ""
			case 1:
				lines[i] += "\n" + lines[j]
			case 2:
				lines[i], lines[j] = lines[j], lines[i]
			default:
				at := word.FindAllStringIndex(lines[i], -1)
				if at == nil {
					continue
				}
				w := at[rnd.IntN(len(at))]
				lines[i] = lines[i][:w[0]] + pool[rnd.IntN(len(pool))] + lines[i][w[1]:]
			}
		}
		text := strings.Join(lines, "\n")
		start := time.Now()
		holds(t, text)
		if d := time.Since(start); d > 2*time.Second {
			t.Fatalf("took %s:\n%s", d, text)
		}
	}
}
