package migrate

// Progress is what a push or a migration is about to do, or how far a copy has come.
type Progress struct {
	Migration string // the migration's name; empty in a push
	Step      int    // from 1; 0 for a Go migration
	Steps     int
	Comment   string // the step in words, or the statement, shortened
	Rows      int64  // rows copied so far; 0 when the step begins
	Total     int64  // rows there are to copy; 0: not counted
}

func (r *Runner) progress(p Progress) {
	if r.Progress != nil {
		r.Progress(p)
	}
}
