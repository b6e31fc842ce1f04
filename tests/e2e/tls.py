#!/usr/bin/python3
"""A person of the domain over TLS: the certificate is asked for and issued with the commands of docs/tls.md, the client is curl."""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import realm
import tap
from service import Service

DOCUMENT = os.path.join(HERE, "..", "..", "docs", "tls.md")


def documented_request(folder):
    """The command of the document that asks for a certificate, for localhost in place of its example's host."""
    with open(DOCUMENT, encoding="utf-8") as text:
        found = re.search(r"^    (openssl req -new.*?[^\\])\n\n", text.read(), re.S | re.M)
    realm.run("sh", "-c", found.group(1).replace("host.corp.example", "localhost"), cwd=folder)


class Setting:
    def __init__(self):
        self.ad = realm.ActiveDirectory()
        folder = self.ad.folder
        documented_request(folder)
        realm.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=authority", "-keyout", "ca.key",
                  "-out", "ca.pem", "-days", "2", cwd=folder)
        realm.run("openssl", "x509", "-req", "-in", "tls.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-sha384",
                  "-copy_extensions", "copy", "-days", "1", "-out", "host.cer", cwd=folder)
        with open(os.path.join(folder, "tls.pem"), "wb") as out:
            for name in ("host.cer", "ca.pem"):
                with open(os.path.join(folder, name), "rb") as part:
                    out.write(part.read())
        os.chmod(os.path.join(folder, "tls.key"), 0o600)
        self.ca = os.path.join(folder, "ca.pem")
        self.service = Service(self.ad, {"domain_sid": self.ad.domain_sid, "certificate": os.path.join(folder, "tls.pem"),
                                         "certificate_key": os.path.join(folder, "tls.key")})
        self.service.url = self.service.url.replace("http:", "https:")
        self.ad.login("alice")

    def curl(self, path, *options, label="nobody"):
        return self.service.curl(path, "--cacert", self.ca, *options, label=label)

    def openssl(self, *options):
        return subprocess.run(("openssl", "s_client", "-connect", f"127.0.0.1:{self.service.port}", "-CAfile", self.ca, *options),
                              input=b"", capture_output=True, check=False, timeout=20)


def known_by_a_ticket(setting):
    """curl --negotiate over TLS is known, and trusts the certificate"""
    answer = setting.curl("/token", "--negotiate", "-u", ":", label="alice")
    tap.equal((answer.status, answer.json["user"]["sid"]), (200, setting.ad.sids["alice"]), answer.body)


def a_session_with_a_cookie(setting):
    """a session's cookie is Secure, and is taken again over TLS"""
    jar = os.path.join(setting.ad.folder, "jar")
    answer = setting.curl("/session", "--negotiate", "-u", ":", "-X", "POST", "-c", jar, label="alice")
    tap.equal(answer.status, 201, answer.body)
    tap.true("; Secure" in answer.headers["set-cookie"][0], answer.headers["set-cookie"])
    tap.equal(setting.curl("/token", "-b", jar).status, 200, "the cookie")


def ready_with_a_certificate(setting):
    """/readyz says so"""
    tap.equal(setting.curl("/readyz").json["checks"]["certificate"], "ok", "certificate")


def a_client_that_does_not_trust(setting):
    """a client without the authority does not go on"""
    try:
        setting.service.curl("/token", "--negotiate", "-u", ":", label="alice")
    except RuntimeError as error:
        tap.true("certificate" in str(error), error)
    else:
        raise AssertionError("it went on")


def versions(setting):
    """openssl s_client shakes hands with TLS 1.2 and 1.3, and not with 1.1"""
    for option, spoken in (("-tls1_3", True), ("-tls1_2", True), ("-tls1_1", False)):
        done = setting.openssl(option, "-cipher", "DEFAULT:@SECLEVEL=0")
        tap.equal(b"Verification: OK" in done.stdout and b"Cipher is (NONE)" not in done.stdout, spoken,
                  f"{option}: {done.stdout[-600:]}")


def ends_well(setting):
    """it ends with status 0"""
    tap.equal(setting.service.stop(), 0, "status")


def main():
    setting = Setting()
    try:
        tap.run([known_by_a_ticket, a_session_with_a_cookie, ready_with_a_certificate, a_client_that_does_not_trust, versions,
                 ends_well], setting)
    finally:
        setting.service.stop()
        setting.ad.stop()


if __name__ == "__main__":
    main()
