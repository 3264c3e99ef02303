//go:build !unix

package crashtest

import "errors"

func limitedChild(string) error { return errors.New("this system has no file-size limit") }
