#!/usr/bin/env python3
"""tls.py NTOKEND: the service itself speaks TLS: versions, ALPN, certificates that are renewed, keys that everyone may read, and handshakes that
do not come to an end. Its clients are OpenSSL, through Python, and curl."""
import http.client
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import tap
import wine

NTOKEND = sys.argv[1]
TIMEOUT = 3  # seconds for a handshake


class Setting:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ntokend-tls-"))
        self.certificate, self.key = self.folder / "tls.pem", self.folder / "tls.key"
        for name in ("first", "second"):
            self.make(name)
        self.put("first")
        subprocess.run([*wine.WRAPPED, "cmd", "/c", "exit"], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.service = wine.Console(NTOKEND, self.settings()).listen()

    def settings(self, **more):
        return {"listen": "127.0.0.1:0", "certificate": wine.path(self.certificate), "certificate_key": wine.path(self.key),
                "timeout": str(TIMEOUT), "threads": "1", "log_level": "debug", **more}

    def make(self, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                        "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", self.folder / (name + ".key"), "-out", self.folder / (name + ".pem")],
                       check=True, capture_output=True)

    def put(self, certificate, key=None, everyone=False):
        """New files in the place of those that were; the key first."""
        for source, target in ((f"{key or certificate}.key", self.key), (f"{certificate}.pem", self.certificate)):
            fresh = self.folder / "fresh"
            shutil.copyfile(self.folder / source, fresh)
            wine.guard(fresh, everyone=everyone or target == self.certificate)
            os.replace(fresh, target)

    def context(self, *names, version=None, protocols=()):
        """A client's, which trusts the certificates of that name."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        for name in names or ("first", "second"):
            context.load_verify_locations(self.folder / (name + ".pem"))
        if version is not None:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version, context.maximum_version = version, version
        if protocols:
            context.set_alpn_protocols(protocols)
        return context

    def open(self, context=None, port=None):
        raw = socket.create_connection(("127.0.0.1", port or self.service.port), 20)
        return (context or self.context()).wrap_socket(raw, server_hostname="localhost")

    def subject(self, connection):
        return connection.getpeercert()["subject"][0][0][1]

    def counted(self, handshake):
        body = over(self.open(), "/metrics")[1].decode()
        return int(re.search(rf'^ntokend_tls_connections_total{{handshake="{handshake}"}} ([0-9]+)$', body, re.M).group(1))


def over(connection, path, method="GET", body=None, close=True):
    """(status, body) of a request over a connection of one's own."""
    client = http.client.HTTPConnection("localhost")
    client.sock = connection
    client.request(method, path, body)
    answer = client.getresponse()
    said = (answer.status, answer.read())
    if close:
        client.close()
    return said


def hello():
    """The first bytes that a client of TLS says."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def is_closed(raw):
    """Whether the other side is closed, after all that it had to say."""
    try:
        while raw.recv(4096):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


def is_refused(setting, context):
    """Whether the server ends a handshake, and counts it; libmicrohttpd says nothing and closes the connection. What a client cannot say by
    itself would be another error."""
    before = setting.counted("failed")
    try:
        with setting.open(context) as connection:
            ended = connection.recv(100) == b""
    except (ssl.SSLEOFError, ConnectionError):
        ended = True
    return ended and setting.counted("failed") == before + 1


def versions(setting):
    """TLS 1.2 and 1.3 are answered, 1.1 is refused"""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with setting.open(setting.context(version=version)) as connection:
            tap.equal(connection.version(), version.name.replace("TLSv1_", "TLSv1."), "the version")
            tap.equal(over(connection, "/livez")[0], 200, version.name)
    tap.true(is_refused(setting, setting.context(version=ssl.TLSVersion.TLSv1_1)), "TLS 1.1 is refused")


def curl_is_answered(setting):
    """curl trusts the certificate, is answered, and told to keep to TLS"""
    if shutil.which("curl") is None:
        raise tap.Skip("there is no curl")
    answer = subprocess.run(["curl", "-sS", "-i", "--noproxy", "*", "--max-time", "20", "--cacert", setting.folder / "first.pem",
                             f"https://localhost:{setting.service.port}/livez"], check=False, capture_output=True, text=True)
    tap.true("HTTP/1.1 200" in answer.stdout and '"alive"' in answer.stdout, answer)
    tap.true("strict-transport-security: max-age=" in answer.stdout.lower(), answer.stdout)


def protocols(setting):
    """http/1.1 is chosen of what a client offers; one that offers others alone is refused"""
    for offered, chosen in ((["h2", "http/1.1"], "http/1.1"), (["http/1.0"], "http/1.0"), ([], None)):
        with setting.open(setting.context(protocols=offered)) as connection:
            tap.equal(connection.selected_alpn_protocol(), chosen, offered)
            tap.equal(over(connection, "/livez")[0], 200, offered)
    tap.true(is_refused(setting, setting.context(protocols=["h2", "imap"])), "others alone")


def cleartext(setting):
    """HTTP on a port for TLS is not answered, and spoils nothing"""
    with socket.create_connection(("127.0.0.1", setting.service.port), 10) as raw:
        raw.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        got = b""
        try:
            while part := raw.recv(4096):
                got += part
        except ConnectionError:
            pass
    tap.true(b"HTTP/1" not in got, got)
    tap.equal(over(setting.open(), "/livez")[0], 200, "the next")


def long_answers(setting):
    """an answer of many records comes whole, time after time over one connection"""
    whole = (wine.TREE / "openapi.yaml").read_bytes()
    connection = setting.open()
    for turn in range(20):
        status, body = over(connection, "/openapi.yaml", close=False)
        tap.true((status, body) == (200, whole), f"turn {turn}: {status}, {len(body)} of {len(whole)} bytes")
    connection.close()


def many(setting, count=80):
    """many at once"""
    def one(ready):
        connection = setting.open()
        ready()
        return over(connection, "/livez")[0]

    tap.equal(wine.at_once(count, one), [200] * count, "statuses")


def half_a_hello(setting):
    """half a hello, a byte now and then, and nothing at all are closed when their time is over; meanwhile others are served, and nothing spins"""
    words, late = hello(), setting.counted("late")
    silent, half, drip = (socket.create_connection(("127.0.0.1", setting.service.port), 4 * TIMEOUT) for _ in range(3))
    begin, spent = time.monotonic(), wine.processor_seconds(setting.service)
    half.sendall(words[: len(words) // 2])
    ended = {}

    def watch(name, raw):
        if is_closed(raw):
            ended[name] = time.monotonic() - begin

    threads = [threading.Thread(target=watch, args=pair) for pair in (("silent", silent), ("half", half), ("drip", drip))]
    for thread in threads:
        thread.start()
    slowest = 0.0
    for at in range(len(words) - 1):
        if "drip" in ended or time.monotonic() - begin > 3 * TIMEOUT:
            break
        try:
            drip.sendall(words[at:at + 1])
        except OSError:
            break
        asked = time.monotonic()
        tap.equal(over(setting.open(), "/livez")[0], 200, "another meanwhile")
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.2)
    for thread in threads:
        thread.join()
    tap.equal(sorted(ended), ["drip", "half", "silent"], "those that were closed")
    tap.true(all(TIMEOUT - 0.5 < seconds < TIMEOUT + 2 for seconds in ended.values()), ended)
    tap.true(slowest < 2, f"another waited for {slowest} s")
    if spent is not None:
        spent = wine.processor_seconds(setting.service) - spent
        tap.true(spent < TIMEOUT / 2, f"{spent} s of a processor in {TIMEOUT} s")
    tap.equal(setting.counted("late") - late, 3, "counted as late")


def handshakes_are_bounded(setting):
    """those that shake hands count among the connections: one more is closed at once, and their time over others are served"""
    service = wine.Console(NTOKEND, setting.settings(connections_max="3")).listen()
    held = [socket.create_connection(("127.0.0.1", service.port), 4 * TIMEOUT) for _ in range(3)]
    try:
        for raw in held:
            raw.sendall(hello()[:20])
        time.sleep(0.3)
        begin = time.monotonic()
        with socket.create_connection(("127.0.0.1", service.port), 4 * TIMEOUT) as raw:
            tap.true(is_closed(raw) and time.monotonic() - begin < TIMEOUT / 2, "one more is closed at once")
        tap.true(all(is_closed(raw) for raw in held), "those before it in time")
        tap.equal(over(setting.open(port=service.port), "/livez")[0], 200, "afterwards")
    finally:
        for raw in held:
            raw.close()
        service.kill()


def both_schemes(setting):
    """a listener without TLS may stand beside, by its scheme; a file of settings, in UTF-8 with Windows' ends of lines, names the files"""
    file, folder = setting.folder / "ntokend.ini", setting.folder / "schlüssel_鍵"
    folder.mkdir()
    for name in (setting.certificate, setting.key):
        shutil.copyfile(name, folder / name.name)
        wine.guard(folder / name.name)
    lines = [f"{name} = {value}" for name, value in
             setting.settings(listen="https://127.0.0.1:0", certificate=wine.path(folder / setting.certificate.name),
                              certificate_key=wine.path(folder / setting.key.name)).items()]
    file.write_text("\r\n".join([*lines, "listen = http://127.0.0.1:0", ""]), encoding="utf-8", newline="")
    service = wine.Console(NTOKEND, {"config": wine.path(file)}).listen()
    try:
        first, second = wine.until(lambda: len(service.events("listening")) == 2 and service.events("listening"), service.log)
        tap.equal(over(setting.open(port=first["port"]), "/livez")[0], 200, "https")
        tap.equal(wine.ask(second["port"], "/livez").status, 200, "http")
    finally:
        service.kill()


def renewed(setting):
    """renewed files are taken up; a connection that is open keeps the certificate that it began with"""
    old = setting.open()
    tap.equal((setting.subject(old), over(old, "/livez", close=False)[0]), ("first", 200), "before")
    setting.put("second")

    def fresh():
        with setting.open() as connection:
            return setting.subject(connection) == "second" and over(connection, "/readyz")[1]

    found = wine.until(fresh, setting.service.log, 20)
    tap.true(b'"certificate": "ok"' in found or b'"certificate":"ok"' in found, found)
    for _ in range(3):
        tap.equal((setting.subject(old), over(old, "/livez", close=False)[0]), ("first", 200), "the old one goes on")
    old.close()


def refused_later(setting):
    """files that cannot be used leave what was in force, and the log says what to do"""
    for arguments, words in (((("second", "first")), "does not match the certificate"), (("second", None, True), "icacls ")):
        before = len(setting.service.events("certificate-refused"))
        setting.put(*arguments)
        wine.until(lambda: len(setting.service.events("certificate-refused")) > before, setting.service.log, 20)
        said = setting.service.events("certificate-refused")[-1]
        tap.true(words in said["problem"] and said["name"].endswith("tls.key"), said)
        with setting.open() as connection:
            tap.equal(setting.subject(connection), "second", "what is shown")
            tap.true(b'"stale"' in over(connection, "/readyz")[1], "/readyz")
    setting.put("second")
    wine.until(lambda: b'"stale"' not in over(setting.open(), "/readyz")[1], setting.service.log, 20)


def check_says_so(setting):
    """--check finds what is wrong with a pair, and a start does not begin"""
    for arguments, words in ((("first", None, True), "may be read or written by everyone; icacls "),
                             (("first", "second"), "does not match the certificate; give the key")):
        setting.put(*arguments)
        options = [word for name, value in setting.settings().items() for word in ("--" + name.replace("_", "-"), value)]
        status, said = wine.run(NTOKEND, "--check", *options)
        tap.true(status != 0 and words in said, (status, said))
        service = wine.Console(NTOKEND, setting.settings())
        try:
            tap.equal(service.process.wait(wine.START_SECONDS), 2, "status of a start")
            tap.equal(service.events("listening"), [], "it listens")
        finally:
            service.kill()
    setting.put("first")
    said = wine.run(NTOKEND, "--check", *options)[1]
    tap.true("certificate" not in said, said)


def beyond_the_loopback(setting):
    """with a certificate an address beyond the loopback is taken without another word"""
    for more, taken in (({}, True), ({"certificate": None, "certificate_key": None}, False)):
        settings = {name: value for name, value in setting.settings(listen="0.0.0.0:0", **more).items() if value is not None}
        said = wine.run(NTOKEND, "--check", *(word for name, value in settings.items() for word in ("--" + name.replace("_", "-"), value)))[1]
        tap.equal("would serve without TLS" not in said, taken, said)


def no_settings_of_others(setting):
    """no file of settings for GnuTLS is read: where one would lie, anybody may make folders"""
    file = setting.folder / "config"
    file.write_text("[overrides]\ndisabled-version = tls1.3\ntls-disabled-group = GROUP-X25519\n", encoding="ascii")
    service = wine.Console(NTOKEND, setting.settings(), GNUTLS_SYSTEM_PRIORITY_FILE=wine.path(file)).listen()
    try:
        with setting.open(setting.context(version=ssl.TLSVersion.TLSv1_3), service.port) as connection:
            tap.equal(over(connection, "/livez")[0], 200, "TLS 1.3")
    finally:
        service.kill()


def it_ends(setting):
    """it stops while hands are being shaken"""
    with socket.create_connection(("127.0.0.1", setting.service.port), 10) as raw:
        raw.sendall(hello()[:50])
        time.sleep(0.3)
        tap.equal(setting.service.stop()[1], 0, "status")
        tap.true(is_closed(raw), "it is closed")


def main():
    if shutil.which("openssl") is None:
        print("1..0 # SKIP there is no openssl to make certificates with")
        return 0
    setting = Setting()
    try:
        return 1 if tap.run([versions, curl_is_answered, protocols, cleartext, long_answers, many, half_a_hello, handshakes_are_bounded,
                             both_schemes, renewed, refused_later, check_says_so, beyond_the_loopback, no_settings_of_others, it_ends], setting) else 0
    finally:
        setting.service.kill()
        shutil.rmtree(setting.folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
