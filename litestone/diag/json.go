package diag

import "encoding/json"

// place is where a diagnostic stands, as editors want it: lines and columns from 1, columns in
// runes, the end exclusive.
type place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

type relatedJSON struct {
	place
	Message string `json:"message"`
}

// MarshalJSON gives {file, line, column, endLine, endColumn, severity, code, message, hint} and,
// where there are other places, related: [{file, line, column, endLine, endColumn, message}].
func (d Diagnostic) MarshalJSON() ([]byte, error) {
	out := struct {
		place
		Severity string        `json:"severity"`
		Code     string        `json:"code"`
		Message  string        `json:"message"`
		Hint     string        `json:"hint"`
		Related  []relatedJSON `json:"related,omitempty"`
	}{place: placeOf(d.Span), Severity: d.Severity.String(), Code: d.Code, Message: d.Message, Hint: d.Hint}
	for _, r := range d.Related {
		out.Related = append(out.Related, relatedJSON{placeOf(r.Span), r.Message})
	}
	return json.Marshal(out)
}

// MarshalJSON gives a JSON list, [] when there is nothing to say.
func (l List) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]Diagnostic(l))
}

func placeOf(s Span) place {
	p, e := s.File.Position(s.Start), s.File.Position(max(s.Start, s.End))
	name := ""
	if s.File != nil {
		name = s.File.Name
	}
	return place{name, p.Line, p.Column, e.Line, e.Column}
}
