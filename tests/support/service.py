"""The service under test, and curl as its client."""
import json
import os
import subprocess
import tempfile
import time

import realm


class Answer:
    """What a client saw: status, header fields by lower-case name (a list each), body, and the body as JSON."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Service:
    """A running ntokend of its own configuration. `settings` are keys of the configuration file; a list is a key
    that comes more than once."""

    def __init__(self, home, settings, config=None):
        self.folder = tempfile.mkdtemp(prefix="service-", dir=home.folder)
        self.home = home
        self.port = realm.free_port()
        self.url = f"http://localhost:{self.port}"
        rows = {"listen": f"127.0.0.1:{self.port}", "keytab": home.keytab,
                "replay_cache": os.path.join(self.folder, "replay"), "log_level": "debug", **settings}
        path = os.path.join(self.folder, "ntokend.ini")
        with open(path, "w", encoding="utf-8") as out:
            for key, value in rows.items():
                values = value if isinstance(value, list) else [] if value is None else [value]
                out.writelines(f"{key} = {one}\n" for one in values)
        self.process = realm.Process(os.path.join(self.folder, "log"), self.port, os.environ["NTOKEND"], "--config", path,
                                     KRB5_CONFIG=config or home.config, KRB5CCNAME="FILE:/nonexistent")

    def stop(self):
        return self.process.stop()

    def log(self):
        """The events it logged."""
        return [json.loads(line) for line in self.process.said().splitlines() if line.startswith("{")]

    def curl(self, path, *options, label="nobody", body=None, environment=None):
        """One curl. `label` says whose tickets it may use (see Realm.login)."""
        headers = os.path.join(self.folder, "headers")
        command = ["curl", "-sS", "--noproxy", "*", "--max-time", "20", "-D", headers, "-w", "\n%{http_code}"]
        if body is not None:
            command += ["-H", "Content-Type: application/json", "--data-binary",
                        body if isinstance(body, str) else json.dumps(body)]
        done = subprocess.run((*command, *options, self.url + path), capture_output=True, check=False, text=True,
                              env=dict(self.home.environment(label), **(environment or {})))
        if done.returncode != 0:
            raise RuntimeError(f"curl: {done.stderr}")
        text, _, status = done.stdout.rpartition("\n")
        return Answer(int(status), last_headers(headers), text)

    def negotiate(self, path, label, body=None):
        """curl --negotiate with the tickets of `label`."""
        return self.curl(path, "--negotiate", "-u", ":", label=label, body=body)

    def with_token(self, token, path="/token"):
        """A request with a Negotiate token that some client made."""
        return self.curl(path, "-H", "Authorization: Negotiate " + token)

    def readiness(self):
        answer = self.curl("/readyz")
        return answer.status, answer.json

    def until(self, condition, what, seconds=15):
        """Waits for something that the service does by itself."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {what}; log: {self.process.said()[-2000:]}")
            time.sleep(0.1)


def last_headers(path):
    """The fields of the last answer of a connection; curl wrote those of each leg."""
    with open(path, encoding="latin-1") as text:
        last = text.read().replace("\r", "").strip().split("\n\n")[-1]
    fields = {}
    for line in last.splitlines()[1:]:
        name, _, value = line.partition(":")
        fields.setdefault(name.lower(), []).append(value.strip())
    return fields
