#!/usr/bin/env python3
"""install.py SOURCE BUILD: what `meson install` puts where, and whether the units are sound and as tight as they say. One TAP line a rule."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD = (pathlib.Path(name).resolve() for name in sys.argv[1:])
EXPOSURE_MAX = 1.5  # of systemd-analyze security, from 0 to 10
FILES = {
    "sbin/ntokend": "the service",
    "lib/systemd/system/ntokend.service": "LoadCredential=keytab:",
    "lib/systemd/system/ntokend.socket": "ListenStream=127.0.0.1:8080",
    "share/man/man8/ntokend.8": "ntokend \\- ",
    "share/man/man5/ntokend.conf.5": "fBkeytab\\fP",
    "share/doc/ntokend/LICENSE": "MIT",
    "share/doc/ntokend/README.md": "# ntokend",
    "share/doc/ntokend/openapi.yaml": "openapi:",
    "share/doc/ntokend/docs/configuration.md": "`keytab`",
    "share/doc/ntokend/docs/event-log.md": "# The event log",
    "share/doc/ntokend/docs/observability.md": "`/metrics`",
    "share/doc/ntokend/docs/tls.md": "# TLS",
    "share/doc/ntokend/examples/ntokend.conf": "audit_retention_days",
}
results = []


def verdict(name, findings, skip=None):
    results.append((name, [] if skip else list(findings), skip))


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, env={**os.environ, "LC_ALL": "C.UTF-8"})
    return done.returncode, done.stdout + done.stderr


def installed(root):
    for name, words in FILES.items():
        path = root / name
        if not path.is_file():
            yield f"{name} is missing"
        elif name != "sbin/ntokend" and words not in path.read_text():
            yield f"{name} does not say {words}"
    known = set(FILES)
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        if path.is_file() and name not in known and not name.startswith("share/doc/ntokend/"):
            yield f"{name}: who wants it?"


def it_runs(root):
    status, said = run(root / "sbin/ntokend", "--version")
    if status != 0 or not said.startswith("ntokend "):
        yield f"--version: {status}, {said}"
    if "RUNPATH" in run("readelf", "-d", root / "sbin/ntokend")[1]:
        yield "it looks for libraries where it was built"


def the_example_is_sound(root):
    """But for the keytab, which is not there yet."""
    status, said = run(root / "sbin/ntokend", "--check", "--config", root / "share/doc/ntokend/examples/ntokend.conf", "--keytab", root / "none")
    mistakes = [line for line in said.splitlines() if ": note: " not in line]
    if status != 2 or len(mistakes) != 1 or "keytab: " not in mistakes[0]:
        yield f"{status}: {said}"


def units(root, folder):
    """The units with the program where it lies, as systemd is to look at them."""
    for name in ("ntokend.service", "ntokend.socket"):
        text = (root / "lib/systemd/system" / name).read_text()
        (folder / name).write_text(re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={root}/sbin/ntokend", text))
    return folder / "ntokend.service", folder / "ntokend.socket"


def units_are_sound(service, socket):
    status, said = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", service, socket)
    if status != 0 or said.strip():
        yield f"{status}: {said}"


def the_service_may_do_little(service):
    _, said = run("systemd-analyze", "security", "--offline=true", "--no-pager", service)
    found = re.search(r"Overall exposure level for ntokend.service: ([0-9.]+)", said)
    if found is None or float(found[1]) > EXPOSURE_MAX:
        yield said[-2000:]
    else:
        print(f"# exposure {found[1]} of 10")


def system_calls_are_allowed(root, folder):
    """What a service that starts, answers, reloads and stops asks of the kernel is in the filter of its unit."""
    text = (root / "lib/systemd/system/ntokend.service").read_text()
    allowed = set()
    for group in re.findall(r"(?m)^SystemCallFilter=(~?)(@\S+)", text):
        calls = expand(group[1])
        allowed = allowed - calls if group[0] else allowed | calls
    # Root may do more, and SQLite then does: the service never is.
    own = folder / "own"
    own.mkdir()
    as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    if as_nobody:
        shutil.chown(own, "nobody")
        folder.chmod(0o755)
    trace = own / "trace"
    command = ["strace", "-f", "-qq", "-o", trace, root / "sbin/ntokend", "--listen", "127.0.0.1:0", "--keytab", folder / "none",
               "--replay-cache", own / "rcache", "--audit", f"sqlite:{own}/audit.db"]
    with subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE, text=True, **as_nobody) as service:
        line = next(line for line in service.stderr if '"listening"' in line)
        port = re.search(r'"port":(\d+)', line)[1]
        for path in ("livez", "token"):
            run("curl", "-s", f"http://127.0.0.1:{port}/{path}")
        pid = int(re.match(r"\d+", trace.read_text())[0])
        for number in (1, 15):
            os.kill(pid, number)
        service.stderr.read()
    used = {match[1] for match in re.finditer(r"(?m)^\d+ +([a-z_0-9]+)\(", trace.read_text())}
    if len(used) < 30 or service.returncode != 0:
        yield f"{service.returncode}, {sorted(used)}"
    for call in sorted(used - allowed):
        yield f"{call} is not allowed"


def expand(group):
    """The calls of a group, those of the groups in it too."""
    calls = set()
    for word in run("systemd-analyze", "syscall-filter", "--no-pager", group)[1].split("\n")[1:]:
        word = word.strip()
        if word.startswith("@"):
            calls |= expand(word)
        elif word and not word.startswith("#"):
            calls.add(word)
    return calls


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        status, said = run("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", folder / "root")
        prefix = next((path.parent.parent for path in (folder / "root").rglob("sbin/ntokend")), folder)
        verdict("meson install", [said] if status != 0 else [])
        verdict("everything is where it belongs", installed(prefix))
        verdict("the program runs", it_runs(prefix))
        verdict("the example is sound", the_example_is_sound(prefix))
        missing = None if shutil.which("systemd-analyze") else "systemd-analyze is not installed"
        service, socket = units(prefix, folder)
        verdict("the units are sound", missing or units_are_sound(service, socket), missing)
        verdict("the service may do little", missing or the_service_may_do_little(service), missing)
        missing = missing or (None if shutil.which("strace") else "strace is not installed")
        verdict("its system calls are allowed", missing or system_calls_are_allowed(prefix, folder), missing)
    print(f"1..{len(results)}")
    for index, (name, findings, skip) in enumerate(results, 1):
        print(f"{'not ok' if findings else 'ok'} {index} - {name}{' # SKIP ' + skip if skip else ''}")
        for finding in findings:
            for line in str(finding).splitlines():
                print("# " + line)


main()
