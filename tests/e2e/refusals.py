#!/usr/bin/python3
"""Whoever has no good ticket gets a 401 that says nothing, and the service lives on."""
import base64
import os
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import realm
import tap
from service import Service

LIFETIME_SECONDS = 3
SKEW_SECONDS = 1
NTLM_PLUGIN = "/etc/gss/mech.d/mech.ntlmssp.conf"


class Setting:
    def __init__(self):
        self.ad = realm.ActiveDirectory()
        # A server that allows for no slow clock, so that a ticket can expire within a test.
        strict = os.path.join(self.ad.folder, "strict.conf")
        with open(self.ad.config, encoding="ascii") as text, open(strict, "w", encoding="ascii") as out:
            out.write(text.read().replace("[libdefaults]\n", f"[libdefaults]\n  clockskew = {SKEW_SECONDS}\n"))
        self.service = Service(self.ad, {"domain_sid": self.ad.domain_sid}, strict)
        self.ad.login("alice")

    def first_token(self, who, target="HTTP@localhost"):
        return realm.run(os.environ["FIRST_TOKEN"], target, env=self.ad.environment(who)).strip()

    def refused(self, answer, what):
        """401, a fresh invitation, and the very words that somebody without any token gets."""
        silent = self.service.curl("/token")
        tap.equal(answer.status, 401, what)
        tap.equal(answer.headers.get("www-authenticate"), ["Negotiate"], what)
        tap.equal(answer.body, silent.body, what)

    def reasons(self):
        return [event["reason"] for event in self.service.log() if event["event"] == "authentication-refused"]


def later(cache, seconds):
    """Lets a ticket cache (MIT file format, version 4) believe that its tickets live longer. The tickets themselves, sealed
    with the server's key, keep their times."""
    with open(cache, "rb") as file:
        data = bytearray(file.read())
    at = 4 + struct.unpack_from(">H", data, 2)[0]

    def sized(at):
        return at + 4 + struct.unpack_from(">I", data, at)[0]

    def principal(at):
        count = struct.unpack_from(">I", data, at + 4)[0]
        at += 8
        for _ in range(count + 1):
            at = sized(at)
        return at

    def listed(at):
        count = struct.unpack_from(">I", data, at)[0]
        at += 4
        for _ in range(count):
            at = sized(at + 2)
        return at

    at = principal(at)
    while at < len(data):
        at = sized(principal(principal(at)) + 2)
        end, renew = struct.unpack_from(">II", data, at + 8)
        struct.pack_into(">II", data, at + 8, end + seconds, renew)
        at = sized(sized(listed(listed(at + 16 + 1 + 4))))
    with open(cache, "wb") as file:
        file.write(data)


def no_ticket(setting):
    """no ticket at all: 401, Negotiate, no detail"""
    answer = setting.service.curl("/token")
    setting.refused(answer, "no token")
    tap.equal(answer.headers["content-type"], ["application/problem+json"], "type")
    setting.refused(setting.service.negotiate("/token", "nobody"), "curl --negotiate without a ticket")


def a_good_ticket(setting):
    """a good ticket gets in, and the server proves itself to the client"""
    answer = setting.service.negotiate("/token", "alice")
    tap.equal(answer.status, 200, "alice")
    tap.true(answer.headers["www-authenticate"][0].startswith("Negotiate "), "mutual authentication")


def a_disabled_account(setting):
    """a disabled account gets no ticket, and without one a 401"""
    try:
        setting.ad.login("carol")
    except RuntimeError as refusal:
        tap.true("revoked" in str(refusal), str(refusal))
    else:
        raise AssertionError("the KDC gave carol a ticket")
    setting.refused(setting.service.negotiate("/token", "carol"), "carol")


def an_account_disabled_meanwhile(setting):
    """an account disabled after its logon gets no ticket for the service, and a 401"""
    setting.ad.login("bob")
    setting.ad.account("disable", "bob")
    setting.refused(setting.service.negotiate("/token", "bob"), "bob")
    setting.ad.account("enable", "bob")
    tap.equal(setting.service.negotiate("/token", "bob").status, 200, "bob, enabled again")


def a_ticket_for_another_service(setting):
    """a ticket for another service is refused"""
    setting.refused(setting.service.with_token(setting.first_token("alice", "HTTP@other.corp.test")), "other service")


def an_expired_ticket(setting):
    """an expired ticket is refused, though it was good before"""
    setting.ad.login("alice", "short", ("-S", "HTTP/localhost", "-l", f"{LIFETIME_SECONDS}s"))
    tap.equal(setting.service.with_token(setting.first_token("short")).status, 200, "the ticket while it lives")
    time.sleep(LIFETIME_SECONDS + SKEW_SECONDS + 1.5)
    later(setting.ad.cache("short"), 3600)
    setting.refused(setting.service.with_token(setting.first_token("short")), "the ticket after its end")
    tap.equal(setting.reasons()[-1], "expired", "the log says why")


def a_replayed_token(setting):
    """a captured Authorization header sent again is refused"""
    token = setting.first_token("alice")
    tap.equal(setting.service.with_token(token).status, 200, "the first time")
    setting.refused(setting.service.with_token(token), "the second time")
    tap.equal(setting.reasons()[-1], "replay", "the log says why")
    tap.equal(setting.service.with_token(setting.first_token("alice")).status, 200, "a fresh token of the same ticket")


def an_altered_token(setting):
    """a token altered in any tenth of it is refused"""
    for tenth in range(10):
        token = bytearray(base64.b64decode(setting.first_token("alice")))
        token[(2 * tenth + 1) * len(token) // 20] ^= 0x20
        answer = setting.service.with_token(base64.b64encode(token).decode())
        tap.true(answer.status in (400, 401), f"tenth {tenth}: {answer.status}")


def ntlm(setting):
    """NTLM is refused though gss-ntlmssp is installed"""
    tap.true(os.path.exists(NTLM_PLUGIN), "gss-ntlmssp is installed")
    answer = setting.service.curl("/token", "--ntlm", "-u", "CORP\\alice:Alice-Secret-1")
    setting.refused(answer, "curl --ntlm")


def ntlm_inside_negotiate(setting):
    """NTLM inside Negotiate is refused though gss-ntlmssp is installed"""
    secrets = os.path.join(setting.ad.folder, "ntlm")
    with open(secrets, "w", encoding="ascii") as out:
        out.write("CORP:alice:Alice-Secret-1\n")
    environment = {"NTLM_USER_FILE": secrets}
    token = realm.run(os.environ["FIRST_TOKEN"], "HTTP@localhost", env=dict(setting.ad.environment("nobody"), **environment))
    tap.true(b"NTLMSSP" in base64.b64decode(token), "the client offers NTLM")
    setting.refused(setting.service.with_token(token.strip()), "its token")
    answer = setting.service.curl("/token", "--negotiate", "-u", ":", label="nobody", environment=environment)
    setting.refused(answer, "curl --negotiate with NTLM credentials")


def other_schemes(setting):
    """Basic, Bearer and nonsense are refused alike"""
    for value in ("Basic YWxpY2U6QWxpY2UtU2VjcmV0LTE=", "Bearer abc", "Negotiate", "Negotiate ====", "Kerberos abc", "x"):
        answer = setting.service.curl("/token", "-H", "Authorization: " + value)
        tap.true(answer.status in (400, 401), f"{value}: {answer.status}")
        tap.true(setting.ad.domain_sid not in answer.body, value)


def no_secret_in_the_log(setting):
    """the log holds neither tickets nor passwords"""
    said = setting.service.process.said()
    tap.true("YII" not in said and "Secret" not in said, "the log")
    tap.true(len(setting.reasons()) >= 5, "but every refusal")


def it_lives_on(setting):
    """after all of this it serves, and ends with status 0"""
    tap.equal(setting.service.negotiate("/token", "alice").status, 200, "alice")
    tap.equal(setting.service.stop(), 0, "status")


def main():
    setting = Setting()
    try:
        tap.run([no_ticket, a_good_ticket, a_disabled_account, an_account_disabled_meanwhile, a_ticket_for_another_service,
                 an_expired_ticket, a_replayed_token, an_altered_token, ntlm, ntlm_inside_negotiate, other_schemes,
                 no_secret_in_the_log, it_lives_on], setting)
    finally:
        setting.service.stop()
        setting.ad.stop()


if __name__ == "__main__":
    main()
