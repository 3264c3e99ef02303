package query

// DecodeRow reads the values of one row, as they stand in the data of a create or an update.
func DecodeRow(sc *Scope, tree any, create bool) (Data, error) {
	if j, ok := tree.(JSON); ok {
		t, err := j.Tree()
		if err != nil {
			return Data{}, err
		}
		tree = t
	}
	if create {
		return decodeData(sc, tree, forCreate)
	}
	return decodeData(sc, tree, forUpdate)
}
