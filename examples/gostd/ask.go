package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/litestone-go/orm/examples/gostd/models"
	"github.com/litestone-go/orm/litestone"
)

// mostImported sorts packages by an aggregate over a relation.
func mostImported(ctx context.Context, w io.Writer, db *models.Client) error {
	rows, err := db.Packages.FindMany(ctx, litestone.Find{
		OrderBy: litestone.Orders(models.Packages.Importers.Count().Desc(), models.Packages.Path.Asc()),
		Include: litestone.Counts(models.Packages.Importers),
		Limit:   8,
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "Most imported packages")
	for _, p := range rows {
		fmt.Fprintf(w, "  %4d  %-14s %s\n", p.Count("importers"), p.Path, synopsis(p))
	}
	fmt.Fprintln(w)
	return nil
}

// one shows one package with its biggest files and what it imports, two relations deep.
func one(ctx context.Context, w io.Writer, db *models.Client, path string) error {
	p, err := db.Packages.FindUniqueOrThrow(ctx, litestone.Find{
		Where: models.Packages.Path.Eq(path),
		Include: litestone.Includes(
			models.Packages.Files.With(litestone.Find{OrderBy: models.SourceFiles.Size.Desc(), Limit: 5}),
			models.Packages.Imports.With(litestone.Find{
				Include: models.Imports.Imported,
				OrderBy: models.Imports.Imported.By(models.Packages.Path.Asc()),
			}),
		),
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: %s\n  %d files, %d bytes; the biggest:\n", p.Path, synopsis(p), p.FileCount, p.Bytes)
	for _, f := range p.Files {
		fmt.Fprintf(w, "  %8d  %-9s %s\n", f.Size, f.Kind, f.Name)
	}
	names := make([]string, 0, len(p.Imports))
	for _, i := range p.Imports {
		names = append(names, i.Imported.Path)
	}
	fmt.Fprintf(w, "  imports %d: %s\n\n", len(names), strings.Join(names, " "))
	return nil
}

// find searches the documentation.
func find(ctx context.Context, w io.Writer, db *models.Client, text string) error {
	rows, err := db.Packages.Search(ctx, text, litestone.SearchFind{
		Find:      litestone.Find{Limit: 6},
		Highlight: litestone.MarkIn(models.Packages.Synopsis).Between("[", "]"),
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Search for %q\n", text)
	for _, p := range rows {
		fmt.Fprintf(w, "  %-20s %v\n", p.Path, p.Extra("_highlight"))
	}
	fmt.Fprintln(w)
	return nil
}

// sizes groups files by kind.
func sizes(ctx context.Context, w io.Writer, db *models.Client) error {
	groups, err := db.SourceFiles.GroupBy(ctx, litestone.GroupBy{
		By:      []litestone.Col{models.SourceFiles.Kind},
		Items:   []litestone.AggExpr{litestone.Count(), litestone.Sum(models.SourceFiles.Size)},
		OrderBy: litestone.Count().Desc(),
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "Files by kind")
	for _, g := range groups {
		kind, _ := g.Get("kind")
		fmt.Fprintf(w, "  %-9v %6d files %10.0f bytes\n", kind, g.Count(), g.Number("_sum", "size"))
	}
	fmt.Fprintln(w)
	return nil
}

// policies asks the same question as an outsider and as an insider.
func policies(ctx context.Context, w io.Writer, outsider, insider *models.Client) error {
	question := litestone.Find{Where: models.Packages.Path.Contains("internal")}
	seen, err := outsider.Packages.Count(ctx, question)
	if err != nil {
		return err
	}
	all, err := insider.Packages.Count(ctx, question)
	if err != nil {
		return err
	}
	files, err := outsider.SourceFiles.Count(ctx, litestone.Find{})
	if err != nil {
		return err
	}
	allFiles, err := insider.SourceFiles.Count(ctx, litestone.Find{})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "The policy at work: packages with \"internal\" in their path, and files of all packages")
	fmt.Fprintf(w, "  an outsider sees %d and %d\n  an insider sees %d and %d\n", seen, files, all, allFiles)
	return nil
}

func synopsis(p *models.Package) string {
	if p.Synopsis == nil {
		return "(no documentation)"
	}
	return *p.Synopsis
}
