package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/litestone-go/orm/examples/gostd/models"
	"github.com/litestone-go/orm/litestone"
)

// tour asks what a table of rows is not enough for: trees, windows, buckets of time, pages.
func tour(ctx context.Context, w io.Writer, db *models.Client, path string) error {
	for _, stop := range []func(context.Context, io.Writer, *models.Client) error{
		func(ctx context.Context, w io.Writer, db *models.Client) error { return dependencies(ctx, w, db, path) },
		paths, letters, importers, years, walk,
	} {
		if err := stop(ctx, w, db); err != nil {
			return err
		}
	}
	return nil
}

// dependencies shows all that a package needs, by how many imports it lies away. A package needed
// over several ways stands where it is nearest, and cycles would end by themselves.
func dependencies(ctx context.Context, w io.Writer, db *models.Client, path string) error {
	needed, err := db.Packages.FindMany(ctx, litestone.Find{
		Where:     models.Packages.Path.Eq(path),
		Select:    models.Packages.Path,
		Recursive: &litestone.Recursive{Via: "requires"},
		OrderBy:   litestone.Orders(litestone.SortBy("_depth").Asc(), models.Packages.Path.Asc()),
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s needs %d packages, by how many imports they lie away\n", path, len(needed))
	level := int64(0)
	for _, p := range needed {
		if depth, _ := p.Extra("_depth").(int64); depth != level {
			if level > 0 {
				fmt.Fprintln(w)
			}
			level = depth
			fmt.Fprintf(w, "  %d:", depth)
		}
		fmt.Fprintf(w, " %s", p.Path)
	}
	fmt.Fprint(w, "\n\n")
	return nil
}

func printTree(w io.Writer, indent string, rows []*models.Package) {
	for _, p := range rows {
		fmt.Fprintf(w, "%s%s\n", indent, p.Path)
		printTree(w, indent+"  ", p.Children)
	}
}

// paths shows a tree by the enclosing import path, and the way back up from one of its leaves.
func paths(ctx context.Context, w io.Writer, db *models.Client) error {
	tree, err := db.Packages.FindMany(ctx, litestone.Find{
		Where:     models.Packages.Path.Eq("net"),
		Select:    litestone.Fields(models.Packages.ID, models.Packages.Path),
		Recursive: &litestone.Recursive{Via: "parentId", Nested: true},
		OrderBy:   models.Packages.Path.Asc(),
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "Packages under net")
	printTree(w, "  ", tree)

	up, err := db.Packages.FindMany(ctx, litestone.Find{
		Where:     models.Packages.Path.Eq("net/http/httptest"),
		Recursive: &litestone.Recursive{Via: "parentId", Ancestors: true},
		OrderBy:   litestone.SortBy("_depth").Asc(),
	})
	if err != nil {
		return err
	}
	var names []string
	for _, p := range up {
		names = append(names, p.Path)
	}
	fmt.Fprintf(w, "  net/http/httptest lies in %s\n\n", strings.Join(names, ", in "))
	return nil
}

// letters ranks the packages of each first letter by size, and shows how many there are.
func letters(ctx context.Context, w io.Writer, db *models.Client) error {
	ranked, err := db.Packages.FindMany(ctx, litestone.Find{
		Where:  models.Packages.Path.Lt("f"),
		Select: litestone.Fields(models.Packages.Path, models.Packages.Letter, models.Packages.Bytes),
		Window: litestone.Windows(
			litestone.Win("place").RowNumber().PartitionBy(models.Packages.Letter).OrderBy(models.Packages.Bytes.Desc(), models.Packages.Path.Asc()),
			litestone.Win("ofLetter").Count().PartitionBy(models.Packages.Letter),
			litestone.Win("upTo").Sum(models.Packages.Bytes).PartitionBy(models.Packages.Letter).
				OrderBy(models.Packages.Bytes.Desc(), models.Packages.Path.Asc()).Rows(litestone.Unbounded(), litestone.CurrentRow()),
		),
		OrderBy: litestone.Orders(models.Packages.Letter.Asc(), litestone.SortBy("place").Asc()),
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "The biggest packages by first letter")
	for _, p := range ranked {
		if place, _ := p.Extra("place").(int64); place <= 3 {
			fmt.Fprintf(w, "  %s %d of %2v  %-22s %8d bytes, %8v so far\n", p.Letter, place, p.Extra("ofLetter"), p.Path, p.Bytes, p.Extra("upTo"))
		}
	}
	fmt.Fprintln(w)
	return nil
}

// importers groups the edges of the import graph, and keeps the groups that are big.
func importers(ctx context.Context, w io.Writer, db *models.Client) error {
	groups, err := db.Imports.GroupBy(ctx, litestone.GroupBy{
		By:      []litestone.Col{models.Imports.ImportedID},
		Items:   []litestone.AggExpr{litestone.Count(), litestone.Named("_internal", litestone.Count()).Filter(models.Imports.Importer.Is(models.Packages.Internal.Eq(true)))},
		Having:  litestone.Count().Gte(60),
		OrderBy: litestone.Orders(litestone.Count().Desc(), models.Imports.ImportedID.Asc()),
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "Imported by sixty packages and more")
	for _, g := range groups {
		id, _ := g.Get("importedId")
		internal, _ := g.Get("_internal")
		key, _ := id.(int64)
		p, err := db.Packages.FindUniqueOrThrow(ctx, litestone.Find{Where: models.Packages.ID.Eq(key), Select: models.Packages.Path})
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %-16s %4d, %v of them internal\n", p.Path, g.Count(), internal)
	}
	fmt.Fprintln(w)
	return nil
}

// years groups files by the year they were touched, from the first to the last, years without any
// among them.
func years(ctx context.Context, w io.Writer, db *models.Client) error {
	bounds, err := db.SourceFiles.Aggregate(ctx, litestone.Aggregate{
		Items: []litestone.AggExpr{litestone.Min(models.SourceFiles.Modified), litestone.Max(models.SourceFiles.Modified)},
	})
	if err != nil {
		return err
	}
	first, _ := bounds.Of("_min", "modified")
	last, _ := bounds.Of("_max", "modified")
	if first == nil { // no files
		return nil
	}
	groups, err := db.SourceFiles.GroupBy(ctx, litestone.GroupBy{
		By:       []litestone.Col{models.SourceFiles.Modified},
		Interval: map[string]string{"modified": "year"},
		FillGaps: litestone.Fill{Start: fmt.Sprint(first), End: fmt.Sprint(last)},
		Items:    []litestone.AggExpr{litestone.Count()},
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "Files by the year they were last touched")
	for _, g := range groups {
		year, _ := g.Get("modified")
		fmt.Fprintf(w, "  %v %6d\n", year, g.Count())
	}
	fmt.Fprintln(w)
	return nil
}

// walk goes through all files by pages: each page costs the same, however far it is.
func walk(ctx context.Context, w io.Writer, db *models.Client) error {
	page := litestone.Find{
		OrderBy: litestone.Orders(models.SourceFiles.Size.Desc(), models.SourceFiles.Name.Asc()),
		Select:  litestone.Fields(models.SourceFiles.ID, models.SourceFiles.Name, models.SourceFiles.Size),
		Limit:   500,
	}
	var first, last *models.SourceFile
	seen, pages := map[int64]bool{}, 0
	for {
		p, err := db.SourceFiles.FindManyCursor(ctx, page)
		if err != nil {
			return err
		}
		pages++
		for _, f := range p.Items {
			if seen[f.ID] || last != nil && f.Size > last.Size {
				return fmt.Errorf("gostd: the walk came to %s out of order", f.Name)
			}
			seen[f.ID], last = true, f
			if first == nil {
				first = f
			}
		}
		if !p.HasMore {
			break
		}
		page.Cursor = p.NextCursor
	}
	n, err := db.SourceFiles.Count(ctx, litestone.Find{})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "A walk over %d of %d files in %d pages", len(seen), n, pages)
	if first != nil {
		fmt.Fprintf(w, ": from %s (%d bytes) to %s (%d bytes)", first.Name, first.Size, last.Name, last.Size)
	}
	fmt.Fprintln(w)
	return nil
}
