#!/usr/bin/env python3
"""bound.py NTOKEND PACKAGE: which clients are let in through which TLS channel: the unmodified service under Wine, and a security package that
compares channels as Windows' Kerberos does (test_negotiate.h). The table is that of docs/tls.md."""
import base64
import hashlib
import http.client
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import tap
import wine

wine.only_under_wine("the security package is for a prefix of one's own; Windows itself loads but signed ones")
PROVIDERS = r"HKLM\System\CurrentControlSet\Control\SecurityProviders"
ENDPOINT = b"tls-server-end-point:"


class Setting:
    def __init__(self, program, package):
        self.program = program
        self.prefix = wine.Prefix()
        self.folder = self.prefix.path / "tls"
        self.folder.mkdir()
        self.pem, self.key = self.folder / "tls.pem", self.folder / "tls.key"
        shutil.copy(package, self.prefix.system32("testnegotiate.dll"))
        self.prefix.value(PROVIDERS, "SecurityProviders", "testnegotiate.dll")
        self.make()
        self.service = None

    def make(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha256", "-nodes", "-days", "30",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", self.key, "-out", self.pem],
                       check=True, capture_output=True)
        wine.guard(self.key)

    def start(self, policy, listen="127.0.0.1:0"):
        self.stop()
        self.service = wine.Console(self.program, {"listen": listen, "package": "TestNegotiate", "certificate": wine.path(self.pem),
                                                   "certificate_key": wine.path(self.key), "channel_binding": policy,
                                                   "log_level": "debug"}, self.prefix.path).listen()

    def stop(self):
        if self.service is not None:
            self.service.kill()

    def open(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.service.port), 20), server_hostname="localhost")

    def reasons(self):
        return [event["reason"] for event in self.service.events("authentication-refused")]


def ask(connection, who, channel, path="/token", method="GET"):
    """The status, for a client that has bound itself to this channel; None: to nothing."""
    words = f"TestNegotiate 0 {who}" + ("" if channel is None else " channel=" + channel.hex())
    client = http.client.HTTPConnection("localhost")
    client.sock = connection
    client.request(method, path, headers={"Authorization": "Negotiate " + base64.b64encode(words.encode()).decode()})
    answer = client.getresponse()
    answer.read()
    return answer.status


def channel_of(connection):
    """RFC 5929 4.1, of a certificate that is signed with SHA-256."""
    return ENDPOINT + hashlib.sha256(connection.getpeercert(binary_form=True)).digest()


def held_to(policy, mine, others, none):
    def case(setting):
        setting.start(policy)
        for channel, status, reason in ((channel_of, *mine), (lambda _: ENDPOINT + bytes(32), *others), (lambda _: None, *none)):
            before = len(setting.reasons())
            with setting.open() as connection:
                tap.equal(ask(connection, "alice", channel(connection)), status, (policy, reason))
            tap.equal(setting.reasons()[before:], [reason] if reason else [], policy)
    case.__doc__ = f"channel_binding = {policy}"
    return case


TAKEN, REFUSED = (200, None), (401, "bad-binding")  # SSPI does not tell a client that has bound to nothing from one with another channel


def the_very_connection(setting):
    """what counts is the certificate of the very connection, not the newest"""
    setting.start("require")
    old = setting.open()
    first = channel_of(old)
    tap.equal(ask(old, "alice", first), 200, "before")
    setting.make()

    def renewed():
        fresh = setting.open()
        if channel_of(fresh) != first:
            return fresh
        fresh.close()
        return None

    new = wine.until(renewed, setting.service.log, 20)
    second = channel_of(new)
    for connection, channel, status in ((old, first, 200), (old, second, 401), (new, second, 200), (new, first, 401)):
        tap.equal(ask(connection, "alice", channel), status, (connection is old, channel is first))
    old.close()
    new.close()


def main():
    if shutil.which("openssl") is None:
        print("1..0 # SKIP there is no openssl to make certificates with")
        return 0
    setting = Setting(*sys.argv[1:3])
    try:
        return 1 if tap.run([held_to("off", TAKEN, TAKEN, TAKEN), held_to("allow", TAKEN, REFUSED, TAKEN),
                             held_to("require", TAKEN, REFUSED, REFUSED), the_very_connection], setting) else 0
    finally:
        setting.stop()
        setting.prefix.remove()


if __name__ == "__main__":
    sys.exit(main())
