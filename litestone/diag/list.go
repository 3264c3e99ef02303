package diag

import (
	"cmp"
	"fmt"
	"slices"
)

// String is "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Errorf adds an error. The message is one sentence naming the object, without a final stop.
// It answers the new entry, valid until the next is added, so that Hint and Related can be set.
func (l *List) Errorf(at Span, code, format string, args ...any) *Diagnostic {
	return l.add(Error, at, code, format, args)
}

// Warnf adds a warning, as Errorf adds an error.
func (l *List) Warnf(at Span, code, format string, args ...any) *Diagnostic {
	return l.add(Warning, at, code, format, args)
}

func (l *List) add(severity Severity, at Span, code, format string, args []any) *Diagnostic {
	*l = append(*l, Diagnostic{Severity: severity, Code: code, Message: fmt.Sprintf(format, args...), Span: at})
	return &(*l)[len(*l)-1]
}

// HasErrors reports whether anything in the list refuses the schema.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Err is nil when the list holds no errors, else the list itself with its warnings.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return l
}

// Sort brings the list into source order: files in the order they first appear in the list, inside
// a file by place, errors before warnings at the same place. Otherwise the order stays.
func (l List) Sort() {
	rank := make(map[*File]int)
	for _, d := range l {
		if _, ok := rank[d.Span.File]; !ok {
			rank[d.Span.File] = len(rank)
		}
	}
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(rank[a.Span.File], rank[b.Span.File]),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Severity, b.Severity),
		)
	})
}
