#!/usr/bin/python3
"""tools/demo shows what it promises, and leaves nothing behind."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import tap

DEMO = os.path.join(HERE, "..", "..", "tools", "demo")
SECONDS = 120


class Demo:
    """A demo with a folder for temporary files of its own."""

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="ntokend-")
        self.process = subprocess.Popen((DEMO, *options), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, start_new_session=True,
                                        env=dict(os.environ, TMPDIR=self.folder))

    def read_until(self, words):
        said = ""
        for line in self.process.stdout:
            said += line
            if words in line:
                return said
        raise AssertionError(f"the demo never said {words!r}: {said}")

    def children(self):
        """What the demo started: the processes of its session, but for itself."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="latin-1") as text:
                    state, _, _, session = text.read().rpartition(")")[2].split()[:4]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(session) == self.process.pid != int(pid) and state != "Z":
                found.append(pid)
        return found

    def nothing_left(self):
        tap.equal(self.children(), [], "processes")
        tap.equal(os.listdir(self.folder), [], "files")
        os.rmdir(self.folder)


def shows_and_ends(_):
    """--once shows every answer and ends with status 0, leaving nothing"""
    demo = Demo("--once")
    said = demo.process.communicate(timeout=SECONDS)[0]
    tap.equal(demo.process.returncode, 0, said)
    for words in ("alice $ curl --negotiate -u : http://localhost:", '"allowed": true', '"allowed": false',
                  "SeSecurityPrivilege", '"hypothetical": true', '"code": "not-granted"', "add the user there", "S-1-5-21-3111111111-3222222222-3333333333-1113",
                  '"win32Error": 1314', '"generateOnClose": true', '"eventId": 4703', "<EventID>4703</EventID>"):
        tap.true(words in said, f"{words!r} in {said}")
    demo.nothing_left()


def stays_until_interrupted(_):
    """without it both stay, the printed commands work, and Ctrl-C leaves nothing"""
    demo = Demo()
    said = demo.read_until("curl http://localhost")
    tap.true(len(demo.children()) >= 2, "the domain and the service run")
    exports = [line for line in said.splitlines() if line.startswith("export ")]
    url = said.rsplit("curl ", 1)[1].split("/readyz")[0]
    script = "\n".join((*exports, f"curl -sSf --negotiate -u : {url}/privileges"))
    answer = subprocess.run(("bash", "-c", script), capture_output=True, text=True, check=False)
    tap.true("SeSecurityPrivilege" in answer.stdout, answer.stdout + answer.stderr)
    demo.process.send_signal(signal.SIGINT)
    demo.process.communicate(timeout=SECONDS)
    tap.equal(demo.process.returncode, 130, "status")
    demo.nothing_left()


def survives_nothing(_):
    """a demo that is killed outright takes its servers with it"""
    demo = Demo()
    demo.read_until("curl http://localhost")
    demo.process.kill()
    demo.process.communicate(timeout=SECONDS)
    deadline = time.monotonic() + 15
    while demo.children() and time.monotonic() < deadline:
        time.sleep(0.1)
    tap.equal(demo.children(), [], "processes")
    shutil.rmtree(demo.folder)


if __name__ == "__main__":
    tap.run([shows_and_ends, stays_until_interrupted, survives_nothing], None)
