package query

// SearchText takes "search" out of a search's arguments given as one object.
func SearchText(args any) (text string, rest any) {
	if j, ok := args.(JSON); ok {
		args, _ = j.Tree()
	}
	o, _ := object(args)
	text, _ = o["search"].(string)
	return text, without(o, "search")
}
