#!/usr/bin/python3
"""A real Chromium with a real ticket: what do pages of the service's operator get, and what do all others?"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import chromium
import realm
import tap
from service import Service

EVENT_LOG_READERS = "S-1-5-32-573"
CHECK = {"securityDescriptor": "O:BAG:BAD:(A;;FR;;;AU)(A;;FA;;;BA)", "desiredAccess": ["FILE_READ_DATA"], "objectType": "file"}


def template(sids):
    """alice holds SeSecurityPrivilege and may read the log."""
    return ("[Unicode]\r\nUnicode=yes\r\n[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n"
            f"[Privilege Rights]\r\nSeNetworkLogonRight = *S-1-5-11\r\nSeSecurityPrivilege = *{sids['alice']}\r\n"
            f"[Group Membership]\r\n*{EVENT_LOG_READERS}__Members = *{sids['alice']}\r\n").encode("utf-16")


class Setting:
    """localhost has another port for pages that are let in and for a foreign one: the same site, other origins. 127.0.0.1 is another
    site than localhost, where the service is: it sends no cookie of ours, and a browser may keep its user's ticket from it."""

    def __init__(self):
        self.ad = realm.ActiveDirectory()
        self.pages, self.others = chromium.Pages(), chromium.Pages()
        self.near, self.far = (f"http://{host}:{self.pages.port}" for host in ("localhost", "127.0.0.1"))
        self.foreign = [f"http://{host}:{self.others.port}" for host in ("localhost", "127.0.0.1")]
        policy = os.path.join(self.ad.folder, "policy.inf")
        with open(policy, "wb") as out:
            out.write(template(self.ad.sids))
        self.service = Service(self.ad, {"policy": policy, "domain_sid": self.ad.domain_sid, "allow_origin": [self.near, self.far],
                                         "audit": "sqlite:" + os.path.join(self.ad.folder, "audit.db")})
        self.pages.of(self.service.url)
        self.others.of(self.service.url)
        self.ad.login("alice")
        self.browser = self.start({"profile.cookie_controls_mode": 0})
        self.mark = 0

    def start(self, prefs=None):
        return chromium.Browser(self.ad.folder, self.ad.environment("alice"), "localhost", prefs)

    def stop(self):
        self.browser.stop()
        self.service.stop()
        self.ad.stop()

    def fetch(self, path, browser=None, **options):
        """What the script of the page that is open gets: an answer, or {"error": ...} where the browser gives it nothing."""
        return (browser or self.browser).run(chromium.FETCH, self.service.url + path, {"credentials": "include", **options})

    def post(self, path, body, **options):
        return self.fetch(path, **{"method": "POST", "body": json.dumps(body), "headers": {"Content-Type": "application/json"},
                                   **options})

    def answer(self, path, status, **options):
        """The same where the page must be able to read it; the body as JSON."""
        body = options.pop("body", None)
        got = self.fetch(path, **options) if body is None else self.post(path, body, **options)
        tap.true("value" in got, f"{path}: {got}")
        tap.equal(got["value"][:2], [status, "cors"], f"{path}: {got}")
        tap.true(got["value"][2], "X-Request-Id can be read")
        return json.loads(got["value"][3] or "null")

    def saw(self, *wanted):
        """These are the requests since the last call, as the service logged them: method, path, status, how the caller was proved."""
        def fresh():
            rows = [row for row in self.service.log() if row["event"] == "request"][self.mark:]
            return [preflight(row["status"]) if row["method"] == "OPTIONS" else
                    (row["method"], row["path"], row["status"], row.get("by")) for row in rows]
        self.service.until(lambda: len(fresh()) >= len(wanted), f"{wanted} in {fresh()}")
        rows = fresh()
        self.mark += len(rows)
        tap.equal(rows, list(wanted), "requests")


def preflight(status):
    """The log need not tell the path of a request that no route is for."""
    return "OPTIONS", status


def is_error(got, what):
    """The browser let the script see nothing, not even a status: no CORS, or for what it may send without asking (no-cors) CORP."""
    tap.equal(got, {"error": "TypeError: Failed to fetch"}, what)


def a_ticket_from_a_page_that_is_let_in(setting):
    """a page of the operator's asks with its user's ticket and reads the answer, after a preflight that needs none"""
    setting.browser.open(setting.near + "/blank")
    tap.equal(setting.answer("/access-check", 200, body=CHECK)["allowed"], True, "allowed")
    setting.saw(preflight(204), ("POST", "/access-check", 401, None),
                ("POST", "/access-check", 200, "ticket"))


def a_problem_can_be_read(setting):
    """the page reads problems too, with their request's ID"""
    problem = setting.answer("/access-check", 400, body={**CHECK, "desiredAccess": ["NO_RIGHT"]})
    tap.equal(problem["type"], "urn:ntokend:problem:invalid-field", "problem")
    setting.saw(("POST", "/access-check", 401, None), ("POST", "/access-check", 400, "ticket"))


def a_session_by_cookie(setting):
    """on the same site the cookie carries the session, which no script can read"""
    setting.answer("/session", 201, method="POST")
    cookie, = setting.browser.cookies()
    tap.equal((cookie["name"], cookie["httpOnly"], cookie["sameSite"]), ("ntokend", True, "Strict"), "cookie")
    tap.equal(setting.browser.run("return document.cookie"), {"value": ""}, "what a script sees")
    tap.equal(setting.answer("/access-check", 200, body=CHECK)["allowed"], True, "allowed")
    setting.answer("/privileges", 200, body={"disable": ["SeSecurityPrivilege"]}, method="PATCH")
    setting.saw(("POST", "/session", 401, None), ("POST", "/session", 201, "ticket"), ("POST", "/access-check", 200, "cookie"),
                preflight(204), ("PATCH", "/privileges", 200, "cookie"))


def a_foreign_page_reads_nothing(setting):
    """a page of another origin reads nothing, though the browser has its user's cookie and ticket"""
    for page in setting.foreign:
        setting.browser.open(page + "/blank")
        is_error(setting.fetch("/token"), "a simple request")
        is_error(setting.post("/access-check", CHECK), "a request with a preflight")
        is_error(setting.fetch("/token", headers={"Authorization": "Bearer x"}), "another")
        is_error(setting.fetch("/version"), "what everybody may have, with credentials")
        is_error(setting.fetch("/token", mode="no-cors"), "no-cors")
    near, far = (("GET", "/token", 200, "cookie"),), (("GET", "/token", 401, None), ("GET", "/token", 200, "ticket"))
    between = (preflight(401), preflight(401), ("GET", "/version", 200, None))
    setting.saw(*near, *between, *near, *far, *between, *far)


def a_foreign_page_changes_nothing(setting):
    """what it sends without asking is refused, by cookie and by ticket; nothing has changed"""
    form = {"mode": "no-cors", "method": "POST"}
    for page in setting.foreign:
        setting.browser.open(page + "/blank")
        is_error(setting.fetch("/session", **form), "a session")
        is_error(setting.fetch("/access-check", body=json.dumps(CHECK), **form), "text/plain")
        is_error(setting.fetch("/session", method="DELETE"), "the end of the session")
        is_error(setting.post("/privileges", {"enable": ["SeSecurityPrivilege"]}, method="PATCH"), "a privilege")
    near = (("POST", "/session", 403, "cookie"), ("POST", "/access-check", 403, "cookie"))
    far = (("POST", "/session", 401, None), ("POST", "/session", 403, "ticket"),
           ("POST", "/access-check", 401, None), ("POST", "/access-check", 403, "ticket"))
    between = (preflight(401), preflight(401))
    setting.saw(*near, *between, *far, *between)
    setting.browser.open(setting.near + "/blank")
    rows = {row["name"]: row["attributes"] for row in setting.answer("/privileges", 200)["privileges"]}
    tap.true("ENABLED" not in rows["SeSecurityPrivilege"], "still disabled, in the session that still is")
    setting.saw(("GET", "/privileges", 200, "cookie"))


def a_foreign_form_changes_nothing(setting):
    """a form of another origin that the browser goes to is refused too"""
    setting.browser.open(setting.foreign[0] + "/blank")
    setting.browser.run("""const form = document.createElement('form');
        [form.action, form.method] = [arguments[0] + '/session', 'post'];
        document.body.append(form);
        setTimeout(() => form.submit());""", setting.service.url)
    setting.saw(("POST", "/session", 403, "cookie"))


def a_foreign_page_loads_nothing(setting):
    """nothing of the service loads as a script or an image of another page, nor in a frame of any"""
    load = """const part = document.createElement(arguments[0]);
        part.src = arguments[1];
        document.body.append(part);
        return new Promise(resolve => { part.onload = () => resolve('loaded'); part.onerror = () => resolve('refused'); });"""
    for page in (setting.foreign[0], setting.near):
        setting.browser.open(page + "/blank")
        for name in ("script", "img"):
            tap.equal(setting.browser.run(load, name, setting.service.url + "/version"), {"value": "refused"}, name)
    setting.browser.run("""const frame = document.createElement('iframe');
        frame.src = arguments[0];
        document.body.append(frame);
        return new Promise(resolve => { frame.onload = resolve; });""", setting.service.url + "/version")
    tap.equal(setting.browser.run_in_frame("return location.href"), {"value": "chrome-error://chromewebdata/"}, "the frame")
    setting.saw(*[("GET", "/version", 200, None)] * 5)


def a_page_without_an_origin(setting):
    """a sandboxed frame inside a page that is let in has the origin null, and gets nothing"""
    setting.browser.open(setting.near + "/blank")
    said = setting.browser.run("""const frame = document.createElement('iframe');
        frame.sandbox = 'allow-scripts';
        frame.srcdoc = `<script>fetch('${arguments[0]}/token', {credentials: 'include'})
            .then(answer => answer.text(), error => 'nothing').then(text => parent.postMessage(text, '*'))</` + 'script>';
        const told = new Promise(resolve => { onmessage = event => resolve(event.data); });
        document.body.append(frame);
        return told;""", setting.service.url)
    tap.equal(said, {"value": "nothing"}, "what the frame read")
    rows = [row for row in setting.service.log() if row["event"] == "request"]
    setting.mark = len(rows)


def logging_out(setting):
    """logging out ends the session and takes the cookie away"""
    setting.browser.open(setting.near + "/blank")
    setting.answer("/session", 200)
    setting.answer("/session", 204, method="DELETE")
    tap.equal(setting.browser.cookies(), [], "cookies")
    tap.equal(setting.answer("/session", 409)["type"], "urn:ntokend:problem:conflict", "by ticket there is no session")
    setting.saw(("GET", "/session", 200, "cookie"), preflight(204), ("DELETE", "/session", 204, "cookie"),
                ("GET", "/session", 401, None), ("GET", "/session", 409, "ticket"))


def another_site_has_the_token(setting):
    """a page of the operator's on another site gets no cookie, and stays in its session with the token"""
    setting.browser.open(setting.far + "/blank")
    token = setting.answer("/session", 201, method="POST")["token"]
    setting.answer("/session", 409)
    bearer = {"credentials": "omit", "headers": {"Authorization": "Bearer " + token}}
    setting.answer("/session", 200, **bearer)
    setting.answer("/session", 204, method="DELETE", **bearer)
    setting.answer("/session", 401, **bearer)
    setting.saw(("POST", "/session", 401, None), ("POST", "/session", 201, "ticket"), ("GET", "/session", 401, None),
                ("GET", "/session", 409, "ticket"), preflight(204), ("GET", "/session", 200, "bearer"),
                ("DELETE", "/session", 204, "bearer"), ("GET", "/session", 401, None))


def a_browser_that_keeps_to_itself(setting):
    """where a browser keeps cookies from other sites it shows them no ticket either: 401, which the page can read"""
    browser = setting.start({"profile.cookie_controls_mode": 1})
    try:
        browser.open(setting.far + "/blank")
        tap.equal(setting.answer("/session", 401, method="POST", browser=browser)["status"], 401, "another site")
        browser.open(setting.near + "/blank")
        setting.answer("/session", 201, method="POST", browser=browser)
    finally:
        browser.stop()
    setting.saw(("POST", "/session", 401, None), ("POST", "/session", 401, None), ("POST", "/session", 201, "ticket"))


def text_of(setting, name):
    return setting.browser.run("return document.getElementById(arguments[0]).textContent", name)["value"]


def wait_for(setting, name, words):
    setting.service.until(lambda: words in text_of(setting, name), f"{words!r} in {name}")


def ask_dashboard(setting, rights, words):
    setting.browser.run("""const form = document.getElementById('check');
        form.rights.value = arguments[0];
        form.requestSubmit();""", rights)
    wait_for(setting, "verdict", words)


def the_dashboard(setting):
    """examples/dashboard.html says who its user is, what they may, and what happens, on the same site and on another, twice"""
    for page in (setting.near, setting.far):
        setting.browser.open(page + "/dashboard")
        wait_for(setting, "who", "CORP\\alice, until ")
        ask_dashboard(setting, "FILE_READ_DATA", "Yes.")
        ask_dashboard(setting, "FILE_READ_DATA FILE_WRITE_DATA", "No.")
        wait_for(setting, "why", "Refused: FILE_WRITE_DATA is not granted.")
        wait_for(setting, "events", "4624")
        rows = text_of(setting, "events").count("4624")
        tap.equal(setting.service.negotiate("/token", "alice").status, 200, "another logon")
        setting.service.until(lambda rows=rows: text_of(setting, "events").count("4624") > rows, "it shows by itself")
        tap.equal(text_of(setting, "problem"), "", "problem")
        if "NTOKEND_SCREENSHOT" in os.environ:
            setting.browser.screenshot(os.environ["NTOKEND_SCREENSHOT"])
        setting.browser.open(page + "/dashboard")
        wait_for(setting, "who", "CORP\\alice, until ")
        setting.browser.run("document.getElementById('leave').click()")
        wait_for(setting, "who", "Nobody.")


def the_dashboard_elsewhere(setting):
    """the dashboard on an origin that is not let in shows nothing of its user"""
    setting.browser.open(setting.foreign[0] + "/dashboard")
    wait_for(setting, "problem", "Failed to fetch")
    tap.true("alice" not in text_of(setting, "who"), "nobody")


def it_ends_well(setting):
    """SIGTERM ends the service with status 0"""
    setting.browser.stop()
    tap.equal(setting.service.stop(), 0, "status")


CASES = [a_ticket_from_a_page_that_is_let_in, a_problem_can_be_read, a_session_by_cookie, a_foreign_page_reads_nothing,
         a_foreign_page_changes_nothing, a_foreign_form_changes_nothing, a_foreign_page_loads_nothing, a_page_without_an_origin,
         logging_out, another_site_has_the_token, a_browser_that_keeps_to_itself, the_dashboard, the_dashboard_elsewhere,
         it_ends_well]


def main():
    missing = chromium.missing()
    if missing:
        print(f"1..0 # SKIP not installed: {', '.join(missing)} (tools/install-deps test)")
        return
    setting = Setting()
    try:
        tap.run(CASES, setting)
    finally:
        setting.stop()


if __name__ == "__main__":
    main()
