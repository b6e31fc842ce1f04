#!/usr/bin/env python3
"""real.py FORWARD_TOOL CERTIFICATES: events reach real receivers: rsyslog over TCP and TLS, stopped and killed in the middle, and
systemd's journal. All of them run for this test alone, in a temporary folder; TAP."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOOL, CERTIFICATES = sys.argv[1], sys.argv[2]
EVENTS = 500
JOURNALD = "/lib/systemd/systemd-journald"

RSYSLOG = """
global(workDirectory="{folder}" maxMessageSize="64k" {tls_files})
module(load="imtcp" {tls_mode})
input(type="imtcp" port="{port}" address="127.0.0.1")
template(name="line" type="string" string="%structured-data%|%msg%\\n")
action(type="omfile" file="{folder}/out" template="line")
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Rsyslog:
    def __init__(self, folder, port, tls):
        self.out = folder / "out"
        self.port = port
        self.process = None
        self.config = folder / "rsyslog.conf"
        files = mode = ""
        if tls:
            files = (f'defaultNetstreamDriverCAFile="{folder}/ca.pem" defaultNetstreamDriverCertFile="{folder}/server.pem" '
                     f'defaultNetstreamDriverKeyFile="{folder}/server.key"')
            mode = 'StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.Authmode="anon"'
        self.config.write_text(RSYSLOG.format(folder=folder, port=port, tls_files=files, tls_mode=mode))

    def start(self):
        self.process = subprocess.Popen([shutil.which("rsyslogd") or "/usr/sbin/rsyslogd", "-n", "-f", self.config, "-i", "NONE"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("rsyslogd does not listen")

    def stop(self, number=signal.SIGTERM):
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait()
            self.process = None

    def uuids(self):
        found = []
        for line in self.out.read_text().splitlines():
            data, _, message = line.partition("|")
            if "uuid=" not in data:
                continue
            uuid = data.split('uuid="')[1].split('"')[0]
            if json.loads(message)["metadata"]["uid"] != uuid:
                raise AssertionError(f"the message of {uuid} is another's")
            found.append(uuid)
        return found


def tool(folder, target):
    return subprocess.run([TOOL, folder, str(EVENTS), target, "3"], check=True, capture_output=True, text=True,
                          timeout=120).stdout.split()


def same(sent, received):
    """Each once, in order, when those that came again are left out."""
    return list(dict.fromkeys(received)) == sent


def rsyslog_row(folder, tls, stop):
    subprocess.run([CERTIFICATES, folder], check=True)
    server = Rsyslog(folder, free_port(), tls)
    target = f"syslog+tls://localhost:{server.port}?ca={folder}/ca.pem" if tls else f"syslog+tcp://127.0.0.1:{server.port}"
    server.start()
    try:
        sent = tool(folder, target)
        if stop is not None:
            sender = subprocess.Popen([TOOL, folder, str(EVENTS), target, "8"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            time.sleep(0.3)
            server.stop(stop)
            time.sleep(1)
            server.start()
            sent = sender.communicate(timeout=120)[0].split()
    finally:
        server.stop()
    received = server.uuids()
    return same(sent, received), f"{len(sent)} events, {len(received)} messages"


def journal_row(folder):
    """In a mount namespace, so that /run and /var/log of this machine stay as they are."""
    script = f"""
        set -e
        mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /var/log; mkdir -p /run/log/journal /run/systemd/journal
        {JOURNALD} >/dev/null 2>&1 & daemon=$!
        for i in $(seq 100); do [ -S /run/systemd/journal/socket ] && break; sleep 0.05; done
        "{TOOL}" "{folder}" {EVENTS} journal: 3 >"{folder}/sent"
        sleep 1
        journalctl --directory=/run/log/journal -o json --output-fields=NTOKEND_UUID,NTOKEND_OCSF,PRIORITY SYSLOG_IDENTIFIER=ntokend >"{folder}/received"
        kill $daemon
    """
    subprocess.run(["unshare", "-m", "bash", "-c", script], check=True, timeout=120)
    sent = (folder / "sent").read_text().split()
    entries = [json.loads(line) for line in (folder / "received").read_text().splitlines()]
    right = all(json.loads(entry["NTOKEND_OCSF"])["metadata"]["uid"] == entry["NTOKEND_UUID"] for entry in entries)
    return right and sent == [entry["NTOKEND_UUID"] for entry in entries], f"{len(sent)} events, {len(entries)} entries"


def main():
    rows = [("rsyslog over TCP", rsyslog_row, (False, None)),
            ("rsyslog over TLS", rsyslog_row, (True, None)),
            ("rsyslog over TCP, stopped meanwhile", rsyslog_row, (False, signal.SIGTERM)),
            ("rsyslog over TLS, killed meanwhile", rsyslog_row, (True, signal.SIGKILL)),
            ("systemd's journal", journal_row, ())]
    print(f"1..{len(rows)}")
    for number, (name, row, arguments) in enumerate(rows, 1):
        if row is journal_row and (os.geteuid() != 0 or not os.path.exists(JOURNALD) or
                                   subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0):
            print(f"ok {number} - {name} # SKIP needs root, mount namespaces and systemd-journald")
            continue
        with tempfile.TemporaryDirectory(prefix="ntokend-test-") as folder:
            try:
                right, words = row(pathlib.Path(folder), *arguments)
            except (OSError, RuntimeError, AssertionError, ValueError, subprocess.SubprocessError) as problem:
                right, words = False, str(problem)
        print(f"{'ok' if right else 'not ok'} {number} - {name}: {words}", flush=True)


main()
