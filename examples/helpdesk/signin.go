package main

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/litestone-go/orm/examples/helpdesk/models"
	"github.com/litestone-go/orm/hooks/httpserve"
	"github.com/litestone-go/orm/litestone"
)

// signedInFor is how long a token opens the door.
const signedInFor = 12 * time.Hour

// customerSubject is what auth() is for a customer. It has no role, and its id, for the audit log, is
// a text that no agent's key equals: rules which compare agents never take a customer for one.
type customerSubject struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	CustomerID int64  `json:"customerId"`
	OrgID      int64  `json:"orgId"`
	Name       string `json:"name"`
}

// authenticate tells who a request comes from by its bearer token. The row is read anew for every
// request: a role that was taken away, or an agent made inactive, counts from the next one on.
func (d *desk) authenticate(r *http.Request) (any, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return nil, nil
	}
	token, ok := strings.CutPrefix(header, "Bearer ")
	if !ok {
		return nil, httpserve.ErrCredentials
	}
	ctx := r.Context()
	s, err := d.system.Sessions.FindUnique(ctx, litestone.Find{Where: models.Sessions.Hash.Eq(tokenHash(token)), Include: models.Sessions.Customer})
	switch {
	case err != nil:
		return nil, err
	case s == nil || s.ExpiresAt.Before(time.Now()):
		return nil, httpserve.ErrCredentials
	case s.Customer != nil:
		return customerSubject{ID: fmt.Sprintf("customer:%d", s.Customer.ID), Type: "customer", CustomerID: s.Customer.ID, OrgID: s.Customer.OrgID, Name: s.Customer.Name}, nil
	case s.AgentID == nil:
		return nil, httpserve.ErrCredentials
	}
	auth, err := d.db.Subject(ctx, *s.AgentID)
	if err == nil && auth["active"] != true {
		err = httpserve.ErrCredentials
	}
	if err != nil {
		return nil, err
	}
	return auth, nil
}

// signIn gives a token for an agent's address and password, or for a customer's with the
// organisation's number. Whatever is wrong, the answer is the same.
func (d *desk) signIn(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Email, Password string
		OrgID           int64
	}
	if !d.read(w, r, &in) {
		return
	}
	s, err := d.who(r.Context(), in.Email, in.Password, in.OrgID)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	token, err := d.session(r.Context(), s)
	d.api.Answer(w, r, map[string]string{"token": token}, err)
}

// refuse answers wrong credentials as the middleware does.
func (d *desk) refuse(w http.ResponseWriter, r *http.Request, err error) {
	d.api.Identify(func(*http.Request) (any, error) { return nil, err })(nil).ServeHTTP(w, r)
}

// who finds whose session this will be.
func (d *desk) who(ctx context.Context, email, password string, orgID int64) (s models.SessionCreate, err error) {
	email = strings.ToLower(email)
	var hash *string
	if orgID == 0 {
		a, err := d.system.Agents.FindFirst(ctx, litestone.Find{
			Where:  models.Agents.Email.Eq(email).And(models.Agents.Active.Eq(true)),
			Select: litestone.Fields(models.Agents.ID, models.Agents.PasswordHash), // not the @secret one: that would be a read to log
		})
		if err != nil {
			return s, err
		}
		if a != nil {
			hash, s.AgentID = a.PasswordHash, litestone.Set(a.ID)
		}
	} else {
		c, err := d.system.Customers.FindFirst(ctx, litestone.Find{
			Where:  models.Customers.Email.Eq(email).And(models.Customers.OrgID.Eq(orgID)),
			Select: litestone.Fields(models.Customers.ID, models.Customers.PasswordHash),
		})
		if err != nil {
			return s, err
		}
		if c != nil {
			hash, s.CustomerID = c.PasswordHash, litestone.Set(c.ID)
		}
	}
	if !rightPassword(password, hash) {
		return s, httpserve.ErrCredentials
	}
	return s, nil
}

func (d *desk) session(ctx context.Context, s models.SessionCreate) (token string, err error) {
	token = base64.RawURLEncoding.EncodeToString(random(24))
	s.Hash, s.ExpiresAt = tokenHash(token), litestone.Time{Time: time.Now().Add(signedInFor)}
	_, err = d.system.Sessions.Create(ctx, s)
	return token, err
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// rounds of PBKDF2. They are few, so that the tests of this example run fast: take 600,000 in earnest.
const rounds = 1000

func hashPassword(password string) string {
	salt := random(16)
	return hex.EncodeToString(salt) + "$" + hex.EncodeToString(derived(password, salt))
}

func derived(password string, salt []byte) []byte {
	key, err := pbkdf2.Key(sha256.New, password, salt, rounds, 32)
	if err != nil {
		panic(err) // lengths are ours
	}
	return key
}

// rightPassword takes the same time whether or not there is somebody to compare with.
func rightPassword(password string, hash *string) bool {
	stored := strings.Repeat("00", 16) + "$" + strings.Repeat("00", 32)
	if hash != nil {
		stored = *hash
	}
	salt, sum, _ := strings.Cut(stored, "$")
	s, err := hex.DecodeString(salt)
	want, err2 := hex.DecodeString(sum)
	same := subtle.ConstantTimeCompare(derived(password, s), want) == 1
	return same && hash != nil && errors.Join(err, err2) == nil
}

// read decodes a small request into a struct, and answers what is wrong with it.
func (d *desk) read(w http.ResponseWriter, r *http.Request, into any) bool {
	body, err := d.api.Body(w, r)
	if err == nil {
		if json.Unmarshal(body, into) != nil {
			err = &litestone.Error{Code: litestone.CodeValidation, Message: "the body is not what this request takes"}
		}
	}
	if err != nil {
		d.api.WriteError(w, r, err)
	}
	return err == nil
}
