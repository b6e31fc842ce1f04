#!/usr/bin/python3
"""A real Chromium over TLS: a cookie that no other host or scheme can set, HSTS, and tickets that it does not bind to the connection."""
import base64
import hashlib
import http.client
import os
import re
import ssl
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import chromium
import realm
import tap
from service import Service


class Setting:
    """Two services and the pages of their operator, all with one certificate; one service takes nobody who does not bind."""

    def __init__(self):
        self.ad = realm.ActiveDirectory()
        self.certificate = os.path.join(self.ad.folder, "server.pem")
        key = os.path.join(self.ad.folder, "server.key")
        realm.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                  "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", self.certificate)
        os.chmod(key, 0o600)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.certificate, key)
        self.pages, self.plain = chromium.Pages(tls), chromium.Pages()
        self.page, self.plain_page = f"https://localhost:{self.pages.port}", f"http://localhost:{self.plain.port}"
        settings = {"domain_sid": self.ad.domain_sid, "certificate": self.certificate, "certificate_key": key,
                    "allow_origin": [self.page, self.plain_page]}
        self.service, self.strict = Service(self.ad, settings), Service(self.ad, {**settings, "channel_binding": "require"})
        for service in (self.service, self.strict):
            service.url = service.url.replace("http:", "https:")
        self.pages.of(self.service.url)
        self.ad.login("alice")
        # Of all certificates that nobody vouches for, this one alone is taken.
        self.browser = chromium.Browser(self.ad.folder, self.ad.environment("alice"), "localhost", {"profile.cookie_controls_mode": 0},
                                        ["--ignore-certificate-errors-spki-list=" + self.fingerprint()])

    def fingerprint(self):
        public = realm.run("openssl", "x509", "-in", self.certificate, "-noout", "-pubkey")
        return base64.b64encode(hashlib.sha256(ssl.PEM_cert_to_DER_cert(
            public.replace("PUBLIC KEY", "CERTIFICATE"))).digest()).decode()

    def stop(self):
        self.browser.stop()
        self.service.stop()
        self.strict.stop()
        self.ad.stop()

    def fetch(self, path, **options):
        got = self.browser.run(chromium.FETCH, self.service.url + path, {"credentials": "include", **options})
        tap.true("value" in got, f"{path}: {got}")
        return got["value"][0]

    def last(self):
        """How the caller of the last request was proved, once it is logged."""
        return [row for row in self.service.log() if row["event"] == "request"][-1]["by"]


def a_ticket(setting):
    """a page asks over TLS with its user's ticket, and opens a session"""
    setting.browser.open(setting.page + "/blank")
    tap.equal(setting.fetch("/session", method="POST"), 201, "POST /session")


def curl_binds():
    """Since 8.10, where it is built with OpenSSL."""
    first = realm.run("curl", "--version").splitlines()[0]
    release = re.match(r"curl (\d+)\.(\d+)", first)
    return "OpenSSL/" in first and (int(release[1]), int(release[2])) >= (8, 10)


def who_binds(setting):
    """Chromium on Linux and curl before 8.10 do not bind tickets to TLS, as docs/clients.md says: where all must, they are refused"""
    setting.browser.open(setting.page + "/blank")
    got = setting.browser.run(chromium.FETCH, setting.strict.url + "/token", {"credentials": "include"})
    tap.equal(got["value"][0], 401, "Chromium")
    done = setting.strict.curl("/token", "--negotiate", "-u", ":", "--cacert", setting.certificate, label="alice")
    tap.equal(done.status, 200 if curl_binds() else 401, "curl")
    setting.strict.until(lambda: [row.get("reason") for row in setting.strict.log() if row["event"] == "authentication-refused"] ==
                         ["no-binding"] * (1 if curl_binds() else 2), "who lacks a binding")


def the_cookie(setting):
    """the session's cookie is this very host's, over TLS alone, and carries the session"""
    cookie, = setting.browser.cookies()
    tap.equal([cookie[name] for name in ("name", "secure", "httpOnly", "sameSite", "path")],
              ["__Host-ntokend", True, True, "Strict", "/"], "cookie")
    tap.equal(setting.fetch("/session"), 200, "GET /session")
    setting.service.until(lambda: setting.last() == "cookie", "by cookie")


def a_page_without_tls(setting):
    """a page of the same host without TLS is another site: no cookie"""
    setting.browser.open(setting.plain_page + "/blank")
    tap.equal(setting.browser.run("return location.protocol"), {"value": "http:"}, "the page")
    tap.equal(setting.fetch("/session"), 409, "by its ticket there is no session")
    setting.service.until(lambda: setting.last() == "ticket", "by ticket")


def keeping_to_tls(setting):
    """answers over TLS tell browsers to keep to it"""
    connection = http.client.HTTPSConnection("localhost", setting.service.port, timeout=20,
                                             context=ssl.create_default_context(cafile=setting.certificate))
    for path in ("/livez", "/token", "/nowhere"):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        tap.equal(answer.headers.get_all("Strict-Transport-Security"), ["max-age=31536000"], path)
    connection.close()


def the_dashboard(setting):
    """examples/dashboard.html works over TLS"""
    setting.browser.open(setting.page + "/dashboard")
    text = "return document.getElementById('who').textContent"
    setting.service.until(lambda: "CORP\\alice, until " in setting.browser.run(text)["value"], "who")


def logging_out(setting):
    """logging out takes the cookie away"""
    setting.browser.open(setting.page + "/blank")
    tap.equal(setting.fetch("/session", method="DELETE"), 204, "DELETE /session")
    tap.equal(setting.browser.cookies(), [], "cookies")


def it_ends_well(setting):
    """SIGTERM ends the service with status 0"""
    setting.browser.stop()
    tap.equal(setting.service.stop(), 0, "status")


def main():
    missing = chromium.missing()
    if missing:
        print(f"1..0 # SKIP not installed: {', '.join(missing)} (tools/install-deps test)")
        return
    setting = Setting()
    try:
        tap.run([who_binds, a_ticket, the_cookie, a_page_without_tls, keeping_to_tls, the_dashboard, logging_out,
                 it_ends_well], setting)
    finally:
        setting.stop()


if __name__ == "__main__":
    main()
