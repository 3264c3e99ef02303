// Package tour holds the README's tour as examples that run.
package tour

//go:generate go run ../../cmd/lite2go -schema schema.lite -out models
