"""ntokend.exe under Wine, or on Windows itself: prefixes, the service as a console program, and somebody who asks it."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parent.parent
UNDER_WINE = HERE / "under_wine"
START_SECONDS, STOP_SECONDS = 60, 30
ON_WINDOWS = os.name == "nt"
# What stands before a program: for one that is waited for, and for one that a signal has to reach.
WRAPPED = [] if ON_WINDOWS else [UNDER_WINE]
BARE = [] if ON_WINDOWS else ["wine"]


def only_under_wine(reason):
    """Ends a test on Windows as skipped, by its reason."""
    if ON_WINDOWS:
        print(f"1..0 # SKIP {reason}")
        raise SystemExit(0)


def path(name):
    """What a file of this system is called on Windows."""
    return str(name) if ON_WINDOWS else "Z:" + str(name).replace("/", "\\")


def guard(name, everyone=False):
    """Lets the account of the tests read a file, or everyone; Wine makes an ACL of the mode."""
    if not ON_WINDOWS:
        os.chmod(name, 0o644 if everyone else 0o600)
        return
    grants = [f"{os.environ['USERDOMAIN']}\\{os.environ['USERNAME']}:F", *(["*S-1-1-0:R"] if everyone else [])]
    subprocess.run(["icacls", name, "/inheritance:r", "/grant:r", *grants], check=True, capture_output=True)


def processor_seconds(service):
    """What a Console has spent; None where that is not to be had."""
    if ON_WINDOWS:
        return None
    words = pathlib.Path(f"/proc/{service.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


class Output:
    """What a program writes: into a file, since what Wine starts beside it would hold a pipe open."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="ntokend-output-", ignore_cleanup_errors=True)
        self.path = pathlib.Path(self.folder.name) / "output"
        self.file = open(self.path, "wb")

    def text(self):
        return self.path.read_text(encoding="utf-8", errors="replace")


def environment(prefix=None, **more):
    """As under_wine has it, which makes the prefix and starts Wine's server. A signal has to reach the program and not a shell."""
    made = dict(os.environ, WINEPREFIX=str(prefix or os.environ.get("WINEPREFIX", TREE / "build" / "wine")), WINEDEBUG="-all",
                WINEARCH="win64", WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe,winedbg.exe=d", **more)
    made.pop("DISPLAY", None)
    return made


def until(condition, what, seconds=START_SECONDS):
    """The first answer that counts; AssertionError with what(), when none comes."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.05)
    return found


def run(*command, before=WRAPPED, env=None):
    """(status, output) of a program that ends by itself."""
    output = Output()
    status = subprocess.run([*before, *command], stdin=subprocess.DEVNULL, stdout=output.file, stderr=output.file, check=False,
                            timeout=START_SECONDS, env=env).returncode
    return status, output.text()


class Prefix:
    """A Windows of one's own, linked from the one that under_wine makes, and away at the end."""

    def __init__(self):
        shared = pathlib.Path(environment()["WINEPREFIX"])
        subprocess.run([UNDER_WINE, "cmd", "/c", "exit"], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        until((shared / "system.reg").exists, "Wine has written its registry")
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="wine-own-", dir=shared.parent))
        subprocess.run(["cp", "-al", "--no-target-directory", shared, self.path], check=True)
        for name in [*self.path.glob("*.reg"), *self.path.glob(".[lm]*")]:  # these are written in place
            whole = name.with_suffix(".whole")
            shutil.copy2(name, whole)
            whole.rename(name)
        # The server, with nothing of ours to hold open, and what starts with the first program.
        self.quietly(UNDER_WINE, "cmd", "/c", "exit")

    def quietly(self, *command):
        subprocess.run(command, env=environment(self.path), check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def system32(self, name):
        return self.path / "drive_c" / "windows" / "system32" / name

    def run(self, *command, check=True):
        """(status, output) of a program."""
        status, said = run(*command, before=BARE, env=environment(self.path))
        if check and status != 0:
            raise RuntimeError(f"{command}: {status}: {said}")
        return status, said

    def value(self, key, name, data, kind="REG_SZ"):
        self.run("reg", "add", key, "/v", name, "/t", kind, "/d", data, "/f")

    def remove(self):
        self.quietly("wineserver", "-k")
        shutil.rmtree(self.path, ignore_errors=True)


def entries(text):
    """The events of a log."""
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            found.append({"event": "not JSON", "line": line})
    return found


class Console:
    """The service as a console program; `settings` are its options."""

    def __init__(self, program, settings, prefix=None, **more):
        self.output = Output()
        self.port = None
        options = [word for name, value in settings.items() for word in ("--" + name.replace("_", "-"), value)]
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if ON_WINDOWS else {"start_new_session": True}
        self.process = subprocess.Popen([*BARE, program, *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=self.output.file, env=environment(prefix, **more), **group)

    def log(self):
        return entries(self.output.text())

    def events(self, name):
        return [entry for entry in self.log() if entry["event"] == name]

    def listen(self):
        """Waits until it answers; itself."""
        until(lambda: self.events("listening") or self.process.poll() is not None, self.log)
        if self.process.poll() is not None:
            raise AssertionError(f"it ended: {self.process.returncode}: {self.log()}")
        self.port = self.events("listening")[0]["port"]
        return self

    def stop(self):
        """As by Ctrl-C: (log, exit status)."""
        if self.process.poll() is None:
            # a group of its own hears no Ctrl-C on Windows, and its own Ctrl-Break
            self.process.send_signal(signal.CTRL_BREAK_EVENT if ON_WINDOWS else signal.SIGINT)
        status = self.process.wait(STOP_SECONDS)
        return self.log(), status

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Connection:
    """One connection, for as many requests as one likes."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.connection.close()

    def ask(self, path, method=None, body=None, headers=None):
        sent = dict(headers or {})
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.connection.request(method or ("GET" if body is None else "POST"), path, body, sent)
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def at_once(count, ask):
    """What ask(ready) gives each of so many threads, or what went wrong; ready() waits until all have come to it."""
    found, barrier = [], threading.Barrier(count)

    def one():
        try:
            found.append(ask(lambda: barrier.wait(30)))
        except (OSError, threading.BrokenBarrierError, http.client.HTTPException) as problem:
            found.append(str(problem))

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def ask(port, path, method=None, body=None, headers=None):
    with Connection(port) as connection:
        return connection.ask(path, method, body, headers)
