// check URL CHECK: who am I, and may I? In one session of ntokend; CHECK is a file with the body of POST /access-check.
// Prints the caller's SID and "allowed" or "refused". Ends with 0, 1 for a refusal, 2 for no answer. Needs a ticket in a file (kinit) and
// gokrb5 (Debian: golang-github-jcmturner-gokrb5.v8-dev).
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build check.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	krb5 "github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/spnego"
)

const turns = 5

type client struct {
	url    string
	spn    string
	ticket *krb5.Client
	http   *http.Client
	token  string
	user   string
}

// problem is an answer of RFC 9457: why there is no other one. The request's ID finds it in the service's log.
type problem struct {
	Type, Title, Detail, id string
	Status                  int
}

func (p *problem) Error() string {
	return fmt.Sprintf("%s: %s %s (%d, request %s)", p.Type, p.Title, p.Detail, p.Status, p.id)
}

func environment(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// newClient takes the tickets of kinit. gokrb5 asks for what SPN it is told, so that no DNS can lead it to another service.
func newClient(address string) (*client, error) {
	where, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	realms, err := config.Load(environment("KRB5_CONFIG", "/etc/krb5.conf"))
	if err != nil {
		return nil, err
	}
	name := environment("KRB5CCNAME", fmt.Sprintf("/tmp/krb5cc_%d", os.Getuid()))
	cache, err := credentials.LoadCCache(strings.TrimPrefix(name, "FILE:"))
	if err != nil {
		return nil, err
	}
	ticket, err := krb5.NewFromCCache(cache, realms, krb5.DisablePAFXFAST(true))
	if err != nil {
		return nil, err
	}
	plain := &http.Client{Timeout: time.Minute, Transport: &http.Transport{Proxy: nil}}
	return &client{url: address, spn: "HTTP/" + where.Hostname(), ticket: ticket, http: plain}, nil
}

// send waits while there is too much to do (429, 503). Every turn makes a new Negotiate token, since one that was used is a replay; so
// spnego.Client is of no use here, which also asks again and again after a refusal.
func (c *client) send(method, path string, body []byte) (*http.Response, error) {
	for turn := 1; ; turn++ {
		request, err := http.NewRequest(method, c.url+path, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		if body != nil {
			request.Header.Set("Content-Type", "application/json")
		}
		if c.token != "" {
			request.Header.Set("Authorization", "Bearer "+c.token)
		} else if err := spnego.SetSPNEGOHeader(c.ticket, request, c.spn); err != nil {
			return nil, err
		}
		answer, err := c.http.Do(request)
		if err != nil || turn == turns || (answer.StatusCode != 429 && answer.StatusCode != 503) {
			return answer, err
		}
		answer.Body.Close()
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		time.Sleep(time.Duration(seconds)*time.Second + 100*time.Millisecond)
	}
}

func read(answer *http.Response, into interface{}) error {
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		told := problem{Title: answer.Status, Status: answer.StatusCode, id: answer.Header.Get("X-Request-Id")}
		_ = json.Unmarshal(text, &told)
		return &told
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

func (c *client) enter() error {
	var session struct {
		Token string
		User  struct{ Sid string }
	}
	c.token = ""
	answer, err := c.send("POST", "/session", nil)
	if err == nil {
		err = read(answer, &session)
	}
	c.token, c.user = session.Token, session.User.Sid
	return err
}

// ask shows a ticket again, once, when the session is over.
func (c *client) ask(method, path string, body []byte, into interface{}) error {
	answer, err := c.send(method, path, body)
	if err == nil && answer.StatusCode == 401 {
		answer.Body.Close()
		if err = c.enter(); err == nil {
			answer, err = c.send(method, path, body)
		}
	}
	if err != nil {
		return err
	}
	return read(answer, into)
}

func check(address, file string) (string, bool, error) {
	var verdict struct{ Allowed bool }
	body, err := os.ReadFile(file)
	if err != nil {
		return "", false, err
	}
	c, err := newClient(address)
	if err == nil {
		err = c.enter()
	}
	if err == nil {
		err = c.ask("POST", "/access-check", body, &verdict)
	}
	if err == nil {
		err = c.ask("DELETE", "/session", nil, nil)
	}
	if err != nil {
		return "", false, err
	}
	return c.user, verdict.Allowed, nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "check URL CHECK")
		os.Exit(2)
	}
	user, allowed, err := check(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	fmt.Println(user)
	if !allowed {
		fmt.Println("refused")
		os.Exit(1)
	}
	fmt.Println("allowed")
}
