"""A headless Chromium, driven by the WebDriver protocol (W3C WebDriver, chromedriver's capabilities) with nothing but http.client."""
import base64
import http.client
import http.server
import json
import os
import shutil
import tempfile
import threading

import realm
import tap

SECONDS = 30
# As root there is no sandbox; the rest keeps a browser from asking others than the test.
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage", "--no-proxy-server",
             "--window-size=1000,900")

# What Chromium on Linux remembers once a server has asked for Negotiate. Without it the first challenge of a new profile does nothing
# but load the GSSAPI library, and is answered without a ticket.
LOCAL_STATE = {"net.received_http_auth_negotiate_headers": True}

# What fetch gives to a script: the status, the type of the answer, a header that it may read, and the body.
FETCH = """const [url, options] = arguments;
           const answer = await fetch(url, options);
           return [answer.status, answer.type, answer.headers.get('X-Request-Id'), await answer.text()];"""
DASHBOARD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "dashboard.html")


def missing():
    """What is not installed, of what this needs; empty when all is there."""
    return [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]


class Browser:
    """A browser with a fresh profile, whose user has the tickets of `environment` and shows them to `allowlist` alone."""

    def __init__(self, folder, environment, allowlist, prefs=None, arguments=()):
        self.folder = tempfile.mkdtemp(prefix="browser-", dir=folder)
        self.port = realm.free_port()
        self.driver = realm.Process(os.path.join(self.folder, "log"), self.port, "chromedriver", f"--port={self.port}",
                                    **dict(environment, HOME=self.folder, TMPDIR=self.folder))
        arguments = [*ARGUMENTS, *arguments, "--user-data-dir=" + os.path.join(self.folder, "profile"), "--auth-server-allowlist=" + allowlist]
        options = {"binary": shutil.which("chromium"), "args": arguments, "prefs": prefs or {}, "localState": LOCAL_STATE}
        self.session = None
        try:
            made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
            self.session = "/session/" + made["sessionId"]
            self.ask("POST", self.session + "/timeouts", {"script": SECONDS * 1000, "pageLoad": SECONDS * 1000})
        except BaseException:
            self.stop()
            raise

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2 * SECONDS)
        connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        value = json.loads(answer.read())["value"]
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {value.get('error')}: {value.get('message')}")
        return value

    def open(self, url):
        self.ask("POST", self.session + "/url", {"url": url})

    def run(self, script, *arguments):
        """What the body of an asynchronous function gives in the page that is open."""
        wrapped = ("const done = arguments[arguments.length - 1];"
                   f"(async function() {{ {script} }}).apply(null, arguments)"
                   ".then(value => done({value}), error => done({error: `${error.name}: ${error.message}`}));")
        return self.ask("POST", self.session + "/execute/async", {"script": wrapped, "args": list(arguments)})

    def run_in_frame(self, script):
        """The same in the first frame of the page, where the page's own scripts could not look."""
        self.ask("POST", self.session + "/frame", {"id": 0})
        try:
            return self.run(script)
        finally:
            self.ask("POST", self.session + "/frame", {"id": None})

    def cookies(self):
        """Those of the page that is open, also what its scripts do not see."""
        return self.ask("GET", self.session + "/cookie")

    def screenshot(self, path):
        with open(path, "wb") as out:
            out.write(base64.b64decode(self.ask("GET", self.session + "/screenshot")))

    def stop(self):
        if self.session is not None:
            self.ask("DELETE", self.session)
            self.session = None
        self.driver.stop()


class Pages:
    """A small web server, over TLS with an ssl.SSLContext: /blank, and /dashboard once `of` has said where its service is."""

    def __init__(self, tls=None):
        pages = self
        self.dashboard = b""

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(pages.dashboard if self.path == "/dashboard" else b"<!DOCTYPE html><title>blank</title>")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def of(self, url):
        with open(DASHBOARD, encoding="utf-8") as text:
            page = text.read()
        tap.equal(page.count('content="http://localhost:8080"'), 1, "where the page says the service is")
        self.dashboard = page.replace("http://localhost:8080", url).encode()
