"""Private Kerberos realms, the service and its clients, each in a temporary folder and ended with the test.

Every process gets SIGTERM from the kernel when the test that started it dies.
"""
import atexit
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SUPPORT = os.path.dirname(os.path.abspath(__file__))
PROVISION = os.path.join(SUPPORT, "ad", "provision.py")
PYTHON = "/usr/bin/python3"  # the one that has Samba's bindings
START_SECONDS = 60

# A test that runs out of time gets SIGTERM, and is to tidy up as well.
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def free_port():
    """A port of the loopback that neither TCP nor UDP uses now."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return tcp.getsockname()[1]


def accepts(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def run(*command, **options):
    """A command that must succeed; what it said is in the exception when it does not."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.returncode}: {done.stdout.decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


class Process:
    """A server in the background, ready once its port answers."""

    def __init__(self, log, port, *command, **environment):
        self.log = log
        self.port = port
        with open(log, "ab") as out:
            self.process = subprocess.Popen(("setpriv", "--pdeathsig", "TERM", *command), stdin=subprocess.PIPE, stdout=out,
                                            stderr=out, env=dict(os.environ, **environment))
        deadline = time.monotonic() + START_SECONDS
        while not accepts(port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{command[0]} does not answer on port {port}: {self.said()}")
            time.sleep(0.02)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as text:
            return text.read()

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """The exit status; negative when a signal ended it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        return self.process.returncode


class Realm:
    """A KDC and its people. What both realms have in common."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.config = os.path.join(folder, "krb5.conf")
        self.keytab = os.path.join(folder, "http.keytab")
        self.kdc = None
        atexit.register(self.stop)

    def stop(self):
        if self.kdc is not None:
            self.kdc.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cache(self, label):
        return os.path.join(self.folder, "cache-" + label)

    def environment(self, label):
        """What a client program needs in order to use the tickets kept under `label`."""
        return dict(os.environ, KRB5_CONFIG=self.config, KRB5CCNAME="FILE:" + self.cache(label), LC_ALL="C.UTF-8")

    def login(self, name, label=None, options=(), secret=None):
        """kinit. The label under which the tickets are; RuntimeError when the KDC refuses."""
        label = label or name
        secret = secret or name.capitalize() + "-Secret-1"
        run("kinit", *options, name, env=self.environment(label), input=secret.encode() + b"\n")
        return label


class ActiveDirectory(Realm):
    """CORP.TEST of ad/provision.py; made once for all tests of a build, then copied."""

    def __init__(self):
        super().__init__(tempfile.mkdtemp(prefix="ntokend-ad-"))
        shutil.copytree(provisioned(), self.folder, dirs_exist_ok=True)
        with open(os.path.join(self.folder, "sids"), encoding="ascii") as lines:
            self.sids = dict(line.split() for line in lines)
        self.domain_sid = self.sids["alice"].rsplit("-", 1)[0]
        start = os.path.join(SUPPORT, "ad", "start")
        self.kdc = Process(os.path.join(self.folder, "dc.log"), self.port, start, self.folder, str(self.port))

    def account(self, *words):
        """See ad/account.py."""
        run(PYTHON, os.path.join(SUPPORT, "ad", "account.py"), self.folder, *words)


class Plain(Realm):
    """PLAIN.TEST: an MIT realm, whose tickets name a person and nothing more. Its passwords are NAME-Secret-1."""

    def __init__(self, *names):
        super().__init__(tempfile.mkdtemp(prefix="ntokend-mit-"))
        start = os.path.join(SUPPORT, "mit", "start")
        self.kdc = Process(os.path.join(self.folder, "start.log"), self.port, start, self.folder, str(self.port), *names)

    def login(self, name, label=None, options=(), secret=None):
        return super().login(name, label, options, secret or name + "-Secret-1")


def provisioned():
    """A folder with a fresh domain that nobody changes."""
    with open(PROVISION, "rb") as script:
        key = hashlib.sha256(script.read() + run("/usr/sbin/samba", "--version").encode()).hexdigest()[:16]
    place = os.environ["NTOKEND_AD_CACHE"]
    os.makedirs(place, exist_ok=True)
    folder = os.path.join(place, f"ntokend-domain-{os.getuid()}-{key}")
    with open(folder + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(folder):
            fresh = tempfile.mkdtemp(dir=place)
            run(PYTHON, PROVISION, fresh)
            os.rename(fresh, folder)
    return folder
