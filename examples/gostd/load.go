package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/litestone-go/orm/examples/gostd/models"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/query"
)

// listed is what go list tells of a package.
type listed struct {
	Dir, ImportPath, Name, Doc   string
	GoFiles, TestGoFiles, SFiles []string
	Imports                      []string
}

// listStd asks the toolchain for its standard library.
func listStd(ctx context.Context) ([]listed, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-json=Dir,ImportPath,Name,Doc,GoFiles,TestGoFiles,SFiles,Imports", "std")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("gostd: running go list: %w", err)
	}
	var std []listed
	for d := json.NewDecoder(out); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("gostd: reading go list: %w", err)
		}
		std = append(std, p)
	}
	return std, cmd.Wait()
}

// written counts what load wrote.
type written struct{ packages, files, imports int64 }

// load writes the packages, their files and the import graph in one transaction. What is there
// already is updated, so that a second run writes the same rows again.
func load(ctx context.Context, db *models.Client, std []listed) (n written, err error) {
	err = db.Transaction(ctx, func(ctx context.Context, tx *models.Client) error {
		if n.packages, err = loadPackages(ctx, tx, std); err != nil {
			return err
		}
		all, err := tx.Packages.FindMany(ctx, litestone.Find{Select: litestone.Fields(models.Packages.ID, models.Packages.Path)})
		if err != nil {
			return err
		}
		ids := make(map[string]int64, len(all))
		for _, p := range all {
			ids[p.Path] = p.ID
		}
		if n.files, err = loadFiles(ctx, tx, std, ids); err != nil {
			return err
		}
		if n.imports, err = loadImports(ctx, tx, std, ids); err != nil {
			return err
		}
		return loadTrees(ctx, tx, std, ids)
	})
	return n, err
}

func loadPackages(ctx context.Context, tx *models.Client, std []listed) (int64, error) {
	rows := make([]models.PackageCreate, 0, len(std))
	for _, p := range std {
		row := models.PackageCreate{
			Path:     p.ImportPath,
			Name:     p.Name,
			Internal: litestone.Set(isInternal(p.ImportPath)),
			Synopsis: litestone.Null[string](),
		}
		if p.Doc != "" {
			row.Synopsis = litestone.Set(p.Doc)
		}
		rows = append(rows, row)
	}
	return tx.Packages.UpsertMany(ctx, rows, litestone.OnConflict{Target: []query.Col{models.Packages.Path}})
}

func isInternal(path string) bool {
	for _, part := range strings.Split(path, "/") {
		if part == "internal" || part == "vendor" {
			return true
		}
	}
	return false
}

func loadFiles(ctx context.Context, tx *models.Client, std []listed, ids map[string]int64) (int64, error) {
	var rows []models.SourceFileCreate
	for _, p := range std {
		for kind, names := range map[models.FileKind][]string{
			models.FileKindSource: p.GoFiles, models.FileKindTest: p.TestGoFiles, models.FileKindAssembly: p.SFiles,
		} {
			for _, name := range names {
				info, err := os.Stat(filepath.Join(p.Dir, name))
				if err != nil {
					return 0, fmt.Errorf("gostd: package %s: %w", p.ImportPath, err)
				}
				rows = append(rows, models.SourceFileCreate{
					PackageID: litestone.Set(ids[p.ImportPath]), Name: name, Kind: litestone.Set(kind), Size: info.Size(),
					Modified: litestone.Time{Time: info.ModTime()},
				})
			}
		}
	}
	key := litestone.OnConflict{Target: []query.Col{models.SourceFiles.PackageID, models.SourceFiles.Name}}
	return tx.SourceFiles.UpsertMany(ctx, rows, key)
}

func loadImports(ctx context.Context, tx *models.Client, std []listed, ids map[string]int64) (int64, error) {
	var rows []models.ImportCreate
	for _, p := range std {
		for _, to := range p.Imports {
			id, ok := ids[to]
			if !ok { // unsafe's own, or a vendored name
				continue
			}
			rows = append(rows, models.ImportCreate{ImporterID: litestone.Set(ids[p.ImportPath]), ImportedID: litestone.Set(id)})
		}
	}
	key := litestone.OnConflict{Target: []query.Col{models.Imports.ImporterID, models.Imports.ImportedID}}
	return tx.Imports.UpsertMany(ctx, rows, key)
}

// loadTrees links each package with those it imports and with the one whose path encloses its own.
func loadTrees(ctx context.Context, tx *models.Client, std []listed, ids map[string]int64) error {
	for _, p := range std {
		u := models.PackageUpdate{ParentID: litestone.Null[int64]()}
		for path := filepath.ToSlash(filepath.Dir(p.ImportPath)); path != "."; path = filepath.ToSlash(filepath.Dir(path)) {
			if id, ok := ids[path]; ok {
				u.ParentID = litestone.Set(id)
				break
			}
		}
		var required []litestone.Predicate
		for _, to := range p.Imports {
			if id, ok := ids[to]; ok {
				required = append(required, models.Packages.ID.Eq(id))
			}
		}
		u.Requires = litestone.SetTo(required...)
		if _, err := tx.Packages.Update(ctx, models.Packages.ID.Eq(ids[p.ImportPath]), u, litestone.Returning{Select: litestone.NoRow()}); err != nil {
			return err
		}
	}
	return nil
}
