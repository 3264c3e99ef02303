package query

// Windowing reads the text as a window argument.
func (j JSON) Windowing(sc *Scope) ([]Window, error) {
	tree, err := j.Tree()
	if err != nil {
		return nil, err
	}
	return decodeWindows(sc, tree)
}

// Windowing reads the map as a window argument.
func (m Map) Windowing(sc *Scope) ([]Window, error) { return decodeWindows(sc, m) }

// windowFuncs are the functions by name: what stands beside the name.
func windowFunc(name string) (fn WindowFunc, takes windowTakes, ok bool) {
	switch name {
	case "rowNumber":
		return RowNumber, takesTrue, true
	case "rank":
		return Rank, takesTrue, true
	case "denseRank":
		return DenseRank, takesTrue, true
	case "cumeDist":
		return CumeDist, takesTrue, true
	case "percentRank":
		return PercentRank, takesTrue, true
	case "ntile":
		return Ntile, takesNumber, true
	case "lag":
		return Lag, takesField, true
	case "lead":
		return Lead, takesField, true
	case "firstValue":
		return FirstValue, takesField, true
	case "lastValue":
		return LastValue, takesField, true
	case "nthValue":
		return NthValue, takesField, true
	case "sum":
		return WinSum, takesField, true
	case "avg":
		return WinAvg, takesField, true
	case "min":
		return WinMin, takesField, true
	case "max":
		return WinMax, takesField, true
	case "count":
		return WinCount, takesTrueOrField, true
	}
	return 0, 0, false
}

type windowTakes uint8

const (
	takesTrue windowTakes = iota
	takesNumber
	takesField
	takesTrueOrField
)

// windowNames lists the functions, for hints.
func windowNames() []string {
	return []string{"rowNumber", "rank", "denseRank", "cumeDist", "percentRank", "ntile", "lag", "lead",
		"firstValue", "lastValue", "nthValue", "sum", "avg", "min", "max", "count"}
}

// decodeWindows reads {alias: {function, …}}, by the names of the aliases.
func decodeWindows(sc *Scope, v any) ([]Window, error) {
	if v == nil {
		return nil, nil
	}
	switch x := v.(type) {
	case WinExpr:
		return x.Windowing(sc)
	case WindowList:
		return x.Windowing(sc)
	}
	o, ok := object(v)
	if !ok {
		return nil, sc.invalid("window", "must be an object, not "+described(v), "")
	}
	out := make([]Window, 0, len(o))
	for _, alias := range sortedKeys(o) {
		spec, ok := object(o[alias])
		if !ok {
			return nil, sc.invalid(alias, "must be an object with a window function, not "+described(o[alias]), "")
		}
		w := Window{Alias: alias}
		if err := w.decode(sc, spec); err != nil {
			return nil, err
		}
		if err := checkWindow(sc, &w); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

func (w *Window) decode(sc *Scope, o map[string]any) error {
	function := ""
	for _, key := range sortedKeys(o) {
		fn, takes, ok := windowFunc(key)
		if !ok || o[key] == nil || o[key] == false {
			continue
		}
		if function != "" {
			return sc.invalid(w.Alias, "has two functions: "+function+" and "+key, "")
		}
		function = key
		w.Func = fn
		if err := w.decodeArgument(sc, key, takes, o[key]); err != nil {
			return err
		}
	}
	if function == "" {
		for _, key := range sortedKeys(o) {
			if _, _, ok := windowFunc(key); !ok && !isWindowArgument(key) {
				return sc.unknownOp(w.Alias, key, windowNames())
			}
		}
		return sc.invalid(w.Alias, "has no window function", "it takes "+orList(windowNames()))
	}
	for _, key := range sortedKeys(o) {
		if _, _, ok := windowFunc(key); ok {
			continue
		}
		if err := w.decodeOption(sc, key, o[key]); err != nil {
			return err
		}
	}
	return nil
}

// decodeArgument reads what stands beside a function's name.
func (w *Window) decodeArgument(sc *Scope, key string, takes windowTakes, v any) (err error) {
	if w.Func == Lag || w.Func == Lead || w.Func == NthValue {
		w.N = 1
	}
	switch {
	case takes == takesNumber:
		w.N, err = sc.whole(w.Alias, v)
		return err
	case v == true && takes != takesField:
		return nil
	case takes == takesTrue:
		return sc.invalid(w.Alias, key+" must be true, not "+described(v), "")
	}
	w.Ref, err = fieldNamed(sc, v)
	w.HasRef = true
	return err
}

func isWindowArgument(key string) bool {
	switch key {
	case "partitionBy", "orderBy", "rows", "range", "filter", "offset", "default", "n":
		return true
	}
	return false
}

func (w *Window) decodeOption(sc *Scope, key string, v any) (err error) {
	if !isWindowArgument(key) {
		return sc.unknownOp(w.Alias, key, append(windowNames(), "partitionBy", "orderBy", "rows", "range", "filter", "offset", "default", "n"))
	}
	if v == nil && key != "default" {
		return nil
	}
	switch key {
	case "partitionBy":
		l, ok := list(v)
		if !ok {
			l = []any{v}
		}
		for _, e := range l {
			r, err := fieldNamed(sc, e)
			if err != nil {
				return err
			}
			w.PartitionBy = append(w.PartitionBy, r)
		}
	case "orderBy":
		w.OrderBy, err = decodeOrderBy(sc, v, orderNames{})
	case "rows", "range":
		if w.Frame != nil {
			return sc.invalid(w.Alias, "takes rows or range, not both", "")
		}
		w.Frame, err = decodeFrame(sc, w.Alias, key, v)
	case "filter":
		w.Filter, err = decodeFilter(sc, w.Alias, v)
	case "offset":
		if w.Func != Lag && w.Func != Lead {
			return sc.invalid(w.Alias, "offset is for lag and lead", "")
		}
		w.N, err = sc.whole(w.Alias, v)
	case "n":
		if w.Func != NthValue {
			return sc.invalid(w.Alias, "n is for nthValue", "")
		}
		w.N, err = sc.whole(w.Alias, v)
	case "default":
		err = w.decodeDefault(sc, v)
	}
	return err
}

func (w *Window) decodeDefault(sc *Scope, v any) error {
	if w.Func != Lag && w.Func != Lead {
		return sc.invalid(w.Alias, "default is for lag and lead", "")
	}
	val, err := ValueOf(v)
	if err != nil {
		return sc.invalid(w.Alias, "default must be a single value, not "+described(v), "")
	}
	f, err := w.Ref.Field(sc.Model)
	if err != nil {
		return err
	}
	if typed, message := inWhere(f, v); message == "" && !f.List {
		val = typed
	}
	w.Default, w.HasDefault = val, true
	return nil
}

// decodeFrame reads [from, to]: whole numbers, negative before the row, null without bound.
func decodeFrame(sc *Scope, alias, key string, v any) (*Frame, error) {
	l, ok := list(v)
	if !ok || len(l) != 2 {
		return nil, sc.invalid(alias, key+" must be a list of two bounds", "as [-6, 0]; null is without bound")
	}
	f := &Frame{Range: key == "range"}
	for i, to := range []**int64{&f.From, &f.To} {
		if l[i] == nil {
			continue
		}
		n, err := sc.whole(alias, l[i])
		if err != nil {
			return nil, err
		}
		*to = &n
	}
	return f, nil
}

// decodeFilter reads an aggregate's filter: an SQL fragment, SQL text from trusted code, or a
// where.
func decodeFilter(sc *Scope, name string, v any) (*Cond, error) {
	if v == nil {
		return nil, nil
	}
	var c Cond
	var err error
	switch x := v.(type) {
	case Predicate:
		return x.Predicate(sc)
	case string:
		c, err = decodeRaw(sc, name, x)
	default:
		if _, ok := object(v); !ok {
			return nil, sc.invalid(name, "filter must be an SQL fragment, a text or a where, not "+described(v), "")
		}
		c, err = decodeWhere(sc, v)
	}
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// fieldNamed reads the name of a field.
func fieldNamed(sc *Scope, v any) (Ref, error) {
	if c, ok := v.(Col); ok {
		return c.column().ref, nil
	}
	s, ok := textOf(v)
	if !ok {
		return Ref{}, sc.invalid("", "a field must be named by a text, not "+described(v), "")
	}
	f := sc.Model.Field(s)
	if f == nil {
		return Ref{}, sc.unknown(s, "field", fieldNames(sc.Model, testable))
	}
	if !testable(f) {
		return Ref{}, sc.invalid(s, "cannot be used here: it is no column", "")
	}
	return RefOf(sc.Model, f), nil
}
