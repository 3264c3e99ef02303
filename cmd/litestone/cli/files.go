package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

type newFile struct{ name, text string }

// writeNew writes files that must not exist yet, with the folders they need. When one cannot be
// written, everything made before is taken away again.
func writeNew(command string, files []newFile) (err error) {
	var made []string // files and folders, in the order they were made
	defer func() {
		if err != nil {
			for i := len(made) - 1; i >= 0; i-- {
				os.Remove(made[i])
			}
		}
	}()
	for _, f := range files {
		if _, err := os.Lstat(f.name); err == nil {
			return refuse(command, "nothing was written; remove it or use another folder", "%s is there already", f.name)
		}
	}
	for _, f := range files {
		folders, err := makeFolders(filepath.Dir(f.name))
		made = append(made, folders...)
		if err != nil {
			return refuseFor(command, "nothing was written", err)
		}
		w, err := os.OpenFile(f.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return refuseFor(command, "nothing was written", err)
		}
		made = append(made, f.name)
		_, err = w.WriteString(f.text)
		if err = errors.Join(err, w.Close()); err != nil {
			return refuseFor(command, "nothing was written", err)
		}
	}
	return nil
}

// makeFolders makes a folder and those above it, and tells which were not there.
func makeFolders(dir string) (made []string, err error) {
	var missing []string
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err == nil && !info.IsDir() {
			return nil, fmt.Errorf("%s is no folder", at)
		}
		if err == nil || at == filepath.Dir(at) {
			break
		}
		missing = append(missing, at)
	}
	for i := len(missing) - 1; i >= 0; i-- {
		if err := os.Mkdir(missing[i], 0o755); err != nil {
			return made, err
		}
		made = append(made, missing[i])
	}
	return made, nil
}

// replaceFile writes a file beside the old one and puts it in its place, so that a reader sees the
// old text or the new one. The permissions stay; a link stays one.
func replaceFile(name, text string) (err error) {
	if name, err = filepath.EvalSymlinks(name); err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	w, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(w.Name())
		}
	}()
	_, err = w.WriteString(text)
	if err = errors.Join(err, w.Chmod(info.Mode().Perm()), w.Close()); err != nil {
		return err
	}
	return os.Rename(w.Name(), name)
}

// writeAll writes files, over old ones where they differ, and tells how many it wrote. All texts
// stand in temporary files before the first takes its place.
func writeAll(command string, files []newFile) (written int, err error) {
	temps := map[string]string{}
	defer func() {
		for _, t := range temps {
			os.Remove(t)
		}
		if err != nil {
			err = refuseFor(command, "", err)
		}
	}()
	for _, f := range files {
		if old, err := os.ReadFile(f.name); err == nil && string(old) == f.text {
			continue
		}
		if _, err := makeFolders(filepath.Dir(f.name)); err != nil {
			return 0, err
		}
		w, err := os.CreateTemp(filepath.Dir(f.name), "."+filepath.Base(f.name)+".*")
		if err != nil {
			return 0, err
		}
		temps[f.name] = w.Name()
		_, err = w.WriteString(f.text)
		if err = errors.Join(err, w.Chmod(0o644), w.Close()); err != nil {
			return 0, err
		}
	}
	for _, f := range files {
		if t, ok := temps[f.name]; ok {
			if err := os.Rename(t, f.name); err != nil {
				return written, err
			}
			delete(temps, f.name)
			written++
		}
	}
	return written, nil
}
