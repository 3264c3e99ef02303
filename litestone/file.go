package litestone

// FileRef is a stored file as a File field keeps it: where it is, not what is in it.
type FileRef struct {
	Key         string `json:"key"`                   // the object's key in its bucket or folder
	Bucket      string `json:"bucket,omitempty"`      // empty for local storage
	Name        string `json:"name,omitempty"`        // as uploaded
	ContentType string `json:"contentType,omitempty"` // media type
	Size        int64  `json:"size"`                  // bytes
	URL         string `json:"url,omitempty"`         // where it can be read, when that is public
}
