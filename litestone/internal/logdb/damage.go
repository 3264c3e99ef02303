package logdb

import "path/filepath"

// Damage is a line that is no row of its model: not JSON, or with a value its column cannot hold.
// Reads go on without it.
type Damage struct {
	File   string // its name in the folder
	Offset int64  // where the line begins, in bytes
	Reason string
}

// damageKept is how many damaged lines are remembered of each file; more are only counted.
const damageKept = 100

// damages collects a model's damaged lines.
type damages struct {
	list  []Damage
	count int
}

func (d *damages) add(path string, offset int64, reason string) {
	d.count++
	if len(d.list) < damageKept {
		d.list = append(d.list, Damage{filepath.Base(path), offset, reason})
	}
}

// Damaged gives the damaged lines that the reads so far came across, and how many there were in
// all. Ask after a read of each model.
func (d *DB) Damaged() (list []Damage, count int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.files {
		list = append(list, f.table.damages.list...)
		count += f.table.damages.count
		if f.table.unended != nil {
			list, count = append(list, *f.table.unended), count+1
		}
	}
	return list, count
}
