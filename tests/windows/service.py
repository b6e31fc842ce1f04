#!/usr/bin/env python3
"""service.py UNDER_WINE NTOKEND: the service itself as a console program: it answers, asks who is there, keeps its port to itself
and stops when it is told to."""
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

under_wine, ntokend = sys.argv[1:3]
START_SECONDS, STOP_SECONDS = 30, 20
# As under_wine has it, which makes the prefix and starts Wine's server. A signal has to reach the program and not a shell.
tree = pathlib.Path(under_wine).resolve().parent.parent.parent
environment = dict(os.environ, WINEPREFIX=os.environ.get("WINEPREFIX", str(tree / "build" / "wine")), WINEDEBUG="-all", WINEARCH="win64",
                   WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe,winedbg.exe=d")
environment.pop("DISPLAY", None)
verdicts = []


def check(holds, name, note=""):
    verdicts.append(bool(holds))
    print(f"{'ok' if holds else 'not ok'} {len(verdicts)} - {name}", flush=True)
    if not holds:
        print(f"# {note}", flush=True)


def entries(log):
    log.flush()
    found = []
    for line in pathlib.Path(log.name).read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            found.append({"event": "not JSON", "line": line})
    return found


def event(log, name):
    return next((entry for entry in entries(log) if entry["event"] == name), None)


def start(log, *arguments):
    return subprocess.Popen(["wine", ntokend, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                            env=environment, start_new_session=True)


def ask(port, path, method="GET", headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def answers(port):
    status, _, body = ask(port, "/livez")
    check(status == 200 and json.loads(body) == {"status": "alive"}, "/livez", (status, body))
    status, _, body = ask(port, "/version")
    check(status == 200 and json.loads(body)["name"] == "ntokend", "/version", (status, body))
    status, headers, _ = ask(port, "/token")
    check(status == 401 and headers["WWW-Authenticate"] == "Negotiate", "a stranger is asked who it is", (status, headers.items()))
    status, headers, _ = ask(port, "/token", headers={"Authorization": "Negotiate AAAA"})
    check(status == 401, "a token that is none is refused", (status, headers.items()))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    kept = []
    for _ in range(20):
        connection.request("GET", "/livez")
        answer = connection.getresponse()
        answer.read()
        kept.append(answer.status)
    connection.close()
    check(kept == [200] * 20, "twenty requests over one connection", kept)


def many(port, count=80):
    """More at once than Windows' own size of a set, 64, has room for."""
    found, ready = [], threading.Barrier(count)

    def one():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.connect()
            ready.wait(20)
            connection.request("GET", "/livez")
            found.append(connection.getresponse().status)
        except (OSError, threading.BrokenBarrierError, http.client.HTTPException) as problem:
            found.append(str(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(found == [200] * count, f"{count} connections at once", found)


def port_is_taken(port):
    with tempfile.NamedTemporaryFile("w+") as log:
        status = start(log, "--listen", f"127.0.0.1:{port}").wait(START_SECONDS)
        check(status == 1 and event(log, "listen-failed"), "a second service does not get the same port", (status, entries(log)))


def run(log):
    service = start(log, "--listen", "127.0.0.1:0", "--threads", "2", "--drain", "5")
    try:
        end = time.monotonic() + START_SECONDS
        while not event(log, "listening") and service.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        listening = event(log, "listening")
        check(listening, "it listens", entries(log))
        if listening:
            answers(listening["port"])
            many(listening["port"])
            port_is_taken(listening["port"])
        service.send_signal(signal.SIGINT)
        status = service.wait(STOP_SECONDS)
        check(status == 0 and event(log, "stopped"), "Ctrl-C stops it", (status, entries(log)))
    finally:
        if service.poll() is None:
            service.kill()
    check(all(entry["event"] != "not JSON" for entry in entries(log)), "every line of its log is JSON", entries(log))


def said(*arguments):
    """(status, output) of a run that ends; into a file, since what Wine starts beside it would hold a pipe open."""
    with tempfile.NamedTemporaryFile("w+") as output:
        status = subprocess.run([under_wine, ntokend, *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                timeout=START_SECONDS, check=False).returncode
        return status, pathlib.Path(output.name).read_text(encoding="utf-8")


answer = said("--version")
check(answer[0] == 0 and answer[1].startswith("ntokend "), "--version", answer)
answer = said("--help")
check("  package " in answer[1] and "  keytab " not in answer[1], "--help names the settings of Windows alone", answer)
answer = said("--keytab", "x")
check(answer[0] == 2 and "keytab: is not a setting" in answer[1], "and no others are taken", answer)
with tempfile.NamedTemporaryFile("w+") as output:
    run(output)
print(f"1..{len(verdicts)}")
sys.exit(0 if all(verdicts) else 1)
