#!/usr/bin/python3
"""The clients of examples/clients, as docs/clients.md shows them, against the running service with real tickets."""
import concurrent.futures
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import realm
import tap
from service import Service

CLIENTS = os.path.join(ROOT, "examples", "clients")
PAGE = os.path.join(ROOT, "docs", "clients.md")
GOCODE = "/usr/share/gocode"
GOKRB5 = os.path.join(GOCODE, "src", "github.com", "jcmturner", "gokrb5", "v8")
ALLOWED, REFUSED, NO_ANSWER, CURL_FAILED = 0, 1, 2, 22


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise tap.Skip(f"{program} is not installed (tools/install-deps test clients)")


class Setting:
    """Two services: one whose sessions last, and one that has room for one session of a user, which ends when nobody uses it."""

    def __init__(self):
        self.ad = realm.ActiveDirectory()
        common = {"domain_sid": self.ad.domain_sid}
        self.service = Service(self.ad, common)
        self.narrow = Service(self.ad, {**common, "session_per_user": 1, "session_idle": 2})
        for name in ("alice", "bob"):
            self.ad.login(name)
        self.built = tempfile.mkdtemp(dir=self.ad.folder)
        self.check = os.path.join(self.ad.folder, "check.json")
        sids = self.ad.sids
        with open(self.check, "w", encoding="utf-8") as out:
            json.dump({"securityDescriptor": f"O:BAG:BAD:(A;;FR;;;{sids['drop-readers']})(A;;FRFW;;;{sids['drop-writers']})",
                       "objectType": "file", "desiredAccess": ["FILE_READ_DATA", "FILE_WRITE_DATA"], "explain": True}, out)

    def stop(self):
        self.service.stop()
        self.narrow.stop()
        self.ad.stop()

    def waits(self, command):
        """The client's end when the only seat is taken until it has been told to wait (429, Retry-After: 2)."""
        seat = self.narrow.curl("/session", "--negotiate", "-u", ":", "-X", "POST", label="alice").json["token"]
        connection = http.client.HTTPConnection("localhost", self.narrow.port, timeout=20)

        def hold(method="GET"):
            connection.request(method, "/session", headers={"Authorization": "Bearer " + seat})
            answer = connection.getresponse()
            answer.read()
            return answer.status

        before = self.told_to_wait()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            client = pool.submit(self.run, command, "alice", self.narrow)
            while self.told_to_wait() == before and not client.done():
                tap.equal(hold(), 200, "the seat is still taken")
                time.sleep(0.05)
            tap.equal(hold("DELETE"), 204, "the seat is free")
            done = client.result()
        connection.close()
        tap.true(self.told_to_wait() > before, f"it was told to wait: {done.stderr}")
        return done

    def told_to_wait(self):
        return sum(row["event"] == "request" and row["status"] == 429 for row in self.narrow.log())

    def run(self, command, who, service=None, check=None):
        """The client's end and what it said."""
        url = (service or self.service).url
        return subprocess.run([*command, url, check or self.check], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=60, cwd=self.built, env=self.ad.environment(who))


def ends(done, status, out, what):
    tap.equal((done.returncode, done.stdout), (status, out), f"{what}: {done.stderr}")


def holds(setting, command):
    """What every client must do: for who may and who may not, for nobody, and when it must wait."""
    sids = setting.ad.sids
    ends(setting.run(command, "alice"), ALLOWED, f"{sids['alice']}\nallowed\n", "alice")
    ends(setting.run(command, "bob"), REFUSED, f"{sids['bob']}\nrefused\n", "bob")
    nobody = setting.run(command, "nobody")
    ends(nobody, NO_ANSWER, "", "nobody")
    tap.true(nobody.stderr.strip(), "it says why")
    malformed = os.path.join(setting.built, "malformed.json")
    with open(malformed, "w", encoding="utf-8") as out:
        out.write('{"securityDescriptor": "O:BAG:BAD:(A;;"}')
    wrong = setting.run(command, "alice", check=malformed)
    tap.equal(wrong.returncode, NO_ANSWER, "a mistake")
    tap.true("urn:ntokend:problem:" in wrong.stderr, f"the problem's type: {wrong.stderr}")
    ends(setting.waits(command), ALLOWED, f"{sids['alice']}\nallowed\n", "alice, who must wait")


def curl(setting):
    """curl, in a shell script"""
    need("curl", "jq")
    holds(setting, [os.path.join(CLIENTS, "check.sh")])


def pipeline(setting):
    """a step of a pipeline, with ?onDeny=403"""
    need("curl", "jq")
    step = [os.path.join(CLIENTS, "ci.sh")]
    ends(setting.run(step, "alice"), 0, f"{setting.check}: granted\n", "alice")
    refused = setting.run(step, "bob")
    ends(refused, CURL_FAILED, "", "bob")
    tap.true("not granted: Refused: FILE_WRITE_DATA is not granted." in refused.stderr, refused.stderr)
    nobody = setting.run(step, "nobody")
    ends(nobody, CURL_FAILED, "", "nobody")
    tap.true("Authentication is needed" in nobody.stderr, nobody.stderr)


def libcurl(setting):
    """libcurl, in C"""
    holds(setting, [os.environ["CHECK_C"]])


def python(setting):
    """Python, with requests and requests_kerberos"""
    if subprocess.run(["/usr/bin/python3", "-c", "import requests_kerberos"], capture_output=True, check=False).returncode != 0:
        raise tap.Skip("python3-requests-kerberos is not installed (tools/install-deps test)")
    needed = "import requests_kerberos as r; r.__version__.startswith('0.12.') or __import__('krb5')"
    if subprocess.run(["/usr/bin/python3", "-c", needed], capture_output=True, check=False).returncode != 0:
        raise tap.Skip("requests-kerberos needs the module krb5, which Debian 13 does not have")
    holds(setting, ["/usr/bin/python3", os.path.join(CLIENTS, "check.py")])


def go(setting):
    """Go, with gokrb5"""
    need("go")
    if not os.path.isdir(GOKRB5):
        raise tap.Skip("gokrb5 is not installed (tools/install-deps clients)")
    program = os.path.join(setting.built, "check-go")
    cache = os.path.join(os.environ["NTOKEND_AD_CACHE"], "go")
    realm.run("go", "build", "-o", program, os.path.join(CLIENTS, "check.go"),
              env=dict(os.environ, GO111MODULE="off", GOPATH=GOCODE, GOCACHE=cache, GOFLAGS="-p=2"))
    holds(setting, [program])


def java(setting):
    """Java, with HttpClient and the JDK's GSS-API"""
    need("java", "javac")
    realm.run("javac", "-Xlint:all", "-Werror", "-d", setting.built, os.path.join(CLIENTS, "Check.java"))
    holds(setting, ["java", "-cp", setting.built, "-XX:TieredStopAtLevel=1", "-Xshare:auto", "Check"])


def the_page_is_whole(_):
    """docs/clients.md names every client, and nothing that is not there"""
    with open(PAGE, encoding="utf-8") as text:
        page = text.read()
    named = {word.strip("`()[],.").rsplit("/", 1)[1] for word in page.replace("](", " ").split() if "examples/clients/" in word}
    tap.equal(named, set(os.listdir(CLIENTS)), "examples/clients")


def main():
    setting = Setting()
    try:
        tap.run([curl, pipeline, libcurl, python, go, java, the_page_is_whole], setting)
    finally:
        setting.stop()


if __name__ == "__main__":
    main()
