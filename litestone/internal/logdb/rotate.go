package logdb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A file that would grow beyond the database's maxSize is put aside as <table>.<number>.jsonl and a
// new one begun. Those put aside are read like the live one, in the order of their numbers, until
// retention removes them.

// aside are the numbers of a file's parts that were put aside, in order.
func (d *DB) aside(f *file) ([]int, error) {
	entries, err := os.ReadDir(d.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []int
	for _, e := range entries {
		middle, ok := strings.CutPrefix(e.Name(), f.base+".")
		if !ok {
			continue
		}
		number, ok := strings.CutSuffix(middle, extension)
		if n, err := strconv.Atoi(number); ok && err == nil && n > 0 && number == partNumber(n) {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

func partNumber(n int) string { return fmt.Sprintf("%06d", n) }

func (d *DB) part(f *file, n int) string {
	return filepath.Join(d.dir, f.base+"."+partNumber(n)+extension)
}

// parts are the paths of all there is of a file, oldest lines first. The live part comes last and
// may not be there.
func (d *DB) parts(f *file) ([]string, error) {
	numbers, err := d.aside(f)
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(numbers)+1)
	for _, n := range numbers {
		out = append(out, d.part(f, n))
	}
	return append(out, f.path), nil
}

// rotate puts the live part aside. The folder's lock is held.
func (d *DB) rotate(f *file) error {
	numbers, err := d.aside(f)
	if err != nil {
		return err
	}
	n := 1
	if len(numbers) > 0 {
		n = numbers[len(numbers)-1] + 1
	}
	if f.live != nil {
		if d.o.Durable {
			if err := f.live.Sync(); err != nil {
				return err
			}
		}
		f.live.Close() // Windows renames no open file
		f.live = nil
	}
	return os.Rename(f.path, d.part(f, n))
}
