#!/usr/bin/env python3
"""kerberos.py NTOKEND: real Kerberos into the service under Wine: tickets of an MIT realm, curl --negotiate, and Wine's own Negotiate. Wine
finishes the handshake and then cannot impersonate, so the best that may come of it is a refusal; how far it went the log tells."""
import base64
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import tap
import wine

wine.only_under_wine("its realm is of Linux")  # which has no fcntl
import realm

UNSUPPORTED, INTERNAL = 0x80090302, 0x80090304  # SEC_E_UNSUPPORTED_FUNCTION, SEC_E_INTERNAL_ERROR: Wine's word for every bad token
SPNEGO, NTLM = bytes.fromhex("06062b0601050502"), bytes.fromhex("060a2b06010401823702020a")  # OIDs. RFC 4178, [MS-NLMP]
NTLM_NEGOTIATE = b"NTLMSSP\0" + (1).to_bytes(4, "little") + (0x60088215).to_bytes(4, "little") + bytes(16)
PACE_SECONDS = 0.25  # of what strangers cause, the log tells ten lines a second


class Setting:
    def __init__(self, program):
        self.program = program
        self.realm = realm.Plain("alice")
        self.realm.login("alice")
        self.trace = os.path.join(self.realm.folder, "trace")
        self.service = self.start(KRB5RCACHEDIR=self.realm.folder)

    def start(self, settings=None, **replays):
        subprocess.run([wine.UNDER_WINE, "cmd", "/c", "exit"], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        # Wine's Kerberos is the system's own library, which finds all of these as everywhere.
        service = wine.Console(self.program, {"listen": "127.0.0.1:0", "log_level": "debug", **(settings or {})}, KRB5_CONFIG=self.realm.config,
                               KRB5_KTNAME="FILE:" + self.realm.keytab, KRB5CCNAME="FILE:/nonexistent", KRB5_TRACE=self.trace,
                               **replays)
        try:
            return service.listen()
        except BaseException:
            service.kill()
            raise

    def curl(self, port, *options, scheme="http"):
        return realm.run("curl", "-sS", "--noproxy", "*", "--max-time", "20", *options, f"{scheme}://localhost:{port}/token",
                         env=self.realm.environment("alice"))

    def fresh_token(self):
        """What curl would send to the service, and did not."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            heard = []

            def hear():
                client = server.accept()[0]
                with client:
                    while b"\r\n\r\n" not in b"".join(heard):
                        heard.append(client.recv(65536))
                    client.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

            thread = threading.Thread(target=hear)
            thread.start()
            self.curl(server.getsockname()[1], "--negotiate", "-u", ":")
            thread.join()
        line = next(line for line in b"".join(heard).decode().splitlines() if line.startswith("Authorization: Negotiate "))
        return base64.b64decode(line.split()[2])

    def send(self, token, service=None):
        """One request, which must be refused in the words that a stranger hears. What the log says of it, by event."""
        service = service or self.service
        time.sleep(PACE_SECONDS)
        before = len(service.log())
        words = base64.b64encode(token).decode()
        answer = wine.ask(service.port, "/token", headers={"Authorization": "Negotiate " + words})
        stranger = wine.ask(service.port, "/token")
        tap.equal((answer.status, answer.body), (401, stranger.body), "the answer")
        news = {event["event"]: event for event in service.log()[before:]}
        tap.true(words not in str(news), "the log has no token")
        tap.equal(answer.headers["WWW-Authenticate"], "Negotiate", "and no more than the invitation")
        return news

    def finished(self, token, what, service=None):
        news = self.send(token, service)
        tap.equal(news["impersonation-failed"]["status"], UNSUPPORTED, what)
        tap.equal(news["authentication-refused"]["reason"], "ERROR_LOGON_FAILURE", what)

    def unfinished(self, token, what):
        news = self.send(token)
        tap.true("impersonation-failed" not in news, f"{what}: the handshake came to an end: {news}")
        tap.equal((news["negotiate-refused"]["status"], news["authentication-refused"]["reason"]), (INTERNAL, "refused"), what)

    def traced(self):
        return pathlib.Path(self.trace).read_text(encoding="utf-8", errors="replace")


def it_is_ready(setting):
    """it has credentials for Negotiate"""
    answer = wine.ask(setting.service.port, "/readyz")
    tap.equal(answer.json["checks"]["keys"], "ok", answer.body)
    tap.equal(setting.service.events("package-unusable"), [], "its log")


def curl_gets_to_the_end(setting):
    """curl --negotiate: the ticket is decrypted, the client is answered, and the refusal says which call Wine lacks"""
    answer = setting.curl(setting.service.port, "--negotiate", "-u", ":", "-w", "\n%{http_code}")
    tap.equal(answer.splitlines()[-1], "401", answer)
    tap.equal(setting.service.events("impersonation-failed")[0]["status"], UNSUPPORTED, setting.service.log())
    trace = setting.traced()
    for step in ("Decrypted AP-REQ with server principal HTTP/localhost@PLAIN.TEST", "AP-REQ ticket: alice@PLAIN.TEST", "Creating AP-REP"):
        tap.true(step in trace, f"{step}: {trace}")
    tap.equal(wine.ask(setting.service.port, "/livez").status, 200, "it lives on")


def a_replayed_token(setting):
    """a token is good once, since it is remembered"""
    token = setting.fresh_token()
    setting.finished(token, "the first time")
    setting.unfinished(token, "the second time")
    setting.finished(setting.fresh_token(), "another of the same ticket")
    forgetful = setting.start(KRB5RCACHENAME="none:")
    try:
        for turn in ("first", "second"):
            setting.finished(token, f"the {turn} time, with nothing remembered", forgetful)
    finally:
        forgetful.stop()


def an_altered_token(setting):
    """a token altered anywhere in what is sealed, the ticket or the authenticator, proves nobody"""
    for part in (0.25, 0.35, 0.45, 0.55, 0.65, 0.80, 0.85, 0.90, 0.95, 0.99):
        token = bytearray(setting.fresh_token())
        token[int(part * len(token))] ^= 0x20
        setting.unfinished(bytes(token), f"at {part} of it")


def ntlm(setting):
    """NTLM is refused by its name, and in SPNEGO proves nobody"""
    tap.equal(setting.send(NTLM_NEGOTIATE)["authentication-refused"]["reason"], "ntlm", "bare")

    def sized(tag, *parts):
        return bytes([tag, len(b"".join(parts))]) + b"".join(parts)

    wrapped = sized(0x60, SPNEGO, sized(0xA0, sized(0x30, sized(0xA0, sized(0x30, NTLM)), sized(0xA2, sized(0x04, NTLM_NEGOTIATE)))))
    news = setting.send(wrapped)
    tap.true(news["authentication-refused"]["reason"] in ("refused", "ntlm", "malformed"), news)
    tap.true("impersonation-failed" not in news, news)


def over_tls(setting):
    """over TLS curl gets as far, whatever is asked for of its channel: Wine does not look at bindings"""
    certificate = os.path.join(setting.realm.folder, "tls.pem")
    realm.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
              "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", certificate + ".key", "-out", certificate)
    os.chmod(certificate + ".key", 0o600)
    for policy in ("off", "allow", "require"):
        service = setting.start({"certificate": wine.path(certificate), "certificate_key": wine.path(certificate + ".key"),
                                 "channel_binding": policy}, KRB5RCACHEDIR=setting.realm.folder)
        try:
            answer = setting.curl(service.port, "--negotiate", "-u", ":", "--cacert", certificate, "-w", "\n%{http_code}", scheme="https")
            tap.equal(answer.splitlines()[-1], "401", (policy, answer))
            tap.equal([event["status"] for event in service.events("impersonation-failed")], [UNSUPPORTED], (policy, service.log()))
        finally:
            service.stop()


def the_wrong_key(setting):
    """a ticket for a key that the keytab does not hold is refused"""
    environment = dict(os.environ, KRB5_CONFIG=setting.realm.config, KRB5_KDC_PROFILE=os.path.join(setting.realm.folder, "kdc.conf"),
                       PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
    realm.run("kadmin.local", "-r", "PLAIN.TEST", "-q", "cpw -randkey HTTP/localhost", env=environment)
    setting.realm.login("alice")
    setting.unfinished(setting.fresh_token(), "a new key")


def it_ends_well(setting):
    """it is stopped, and ends well"""
    tap.equal(setting.service.stop()[1], 0, "status")


def main():
    setting = Setting(sys.argv[1])
    try:
        failed = tap.run([it_is_ready, curl_gets_to_the_end, a_replayed_token, an_altered_token, ntlm, over_tls, the_wrong_key, it_ends_well], setting)
    finally:
        setting.service.kill()
        setting.realm.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
