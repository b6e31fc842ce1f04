#!/usr/bin/python3
"""check.py URL CHECK: who am I, and may I? In one session of ntokend; CHECK is a file with the body of POST /access-check.

Prints the caller's SID and "allowed" or "refused". Ends with 0, 1 for a refusal, 2 for no answer. Needs requests_kerberos and a ticket.
"""
import sys
import time

import requests
from requests_kerberos import DISABLED, HTTPKerberosAuth

TURNS = 5


class Problem(Exception):
    """No answer: RFC 9457 says why, and the request's ID finds it in the service's log."""


class Bearer(requests.auth.AuthBase):
    """Not as a header of the session, which an entry in ~/.netrc would replace."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["Authorization"] = "Bearer " + self.token
        return request


class Client:
    def __init__(self, url):
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False  # no proxy between: a ticket is nobody else's business
        self.bearer = None
        self.user = None

    def send(self, method, path, auth, **more):
        """Waits while there is too much to do (429, 503). Each turn makes a new Negotiate token: one that was used is a replay."""
        for turn in range(TURNS):
            answer = self.http.request(method, self.url + path, auth=auth, timeout=60, **more)
            if answer.status_code not in (429, 503) or turn == TURNS - 1:
                return answer
            time.sleep(int(answer.headers.get("Retry-After", "1")))

    def enter(self):
        """One ticket for many requests. Without force_preemptive each request would first be refused."""
        ticket = HTTPKerberosAuth(mutual_authentication=DISABLED, force_preemptive=True)
        session = self.read(self.send("POST", "/session", ticket))
        self.bearer, self.user = Bearer(session["token"]), session["user"]

    def ask(self, method, path, **more):
        if self.bearer is None:
            self.enter()
        answer = self.send(method, path, self.bearer, **more)
        if answer.status_code == 401:  # the session is over: once more with a ticket
            self.enter()
            answer = self.send(method, path, self.bearer, **more)
        return self.read(answer)

    @staticmethod
    def read(answer):
        if answer.ok:
            return answer.json() if answer.content else None
        try:
            problem = answer.json()
        except ValueError:
            problem = {"title": answer.reason}
        raise Problem(f"{problem.get('type')}: {problem.get('detail', problem['title'])} "
                      f"({answer.status_code}, request {answer.headers.get('X-Request-Id')})")


def main():
    url, check = sys.argv[1:]
    client = Client(url)
    try:
        with open(check, "rb") as body:
            answer = client.ask("POST", "/access-check", data=body.read(), headers={"Content-Type": "application/json"})
        client.ask("DELETE", "/session")
    except (Problem, requests.RequestException, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(client.user["sid"])
    print("allowed" if answer["allowed"] else "refused")
    return 0 if answer["allowed"] else 1


if __name__ == "__main__":
    sys.exit(main())
