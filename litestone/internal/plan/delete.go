package plan

// delete plans a DELETE. RETURNING shows the row as it was.
func (b *builder) delete(w *Writing) (*Written, error) {
	t, where, err := b.reached(w)
	if err != nil {
		return nil, err
	}
	out, done, err := b.returned(w, t)
	if err != nil {
		return nil, err
	}
	return b.written(w, t, done, &WriteBody{Kind: Delete, Table: t, Where: where}, out)
}
