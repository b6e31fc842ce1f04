#!/usr/bin/python3
"""A real Prometheus reads /metrics, and the alerts of examples/ntokend.rules.yml fire when they should, and not before."""
import json
import os
import re
import shutil
import signal
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import realm
import tap
from service import Service

PROMETHEUS = shutil.which("prometheus")
ASKED = 7
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def text_of(*names):
    with open(os.path.join(ROOT, *names), encoding="utf-8") as text:
        return text.read()


class Setting:
    """The service with a listener for Prometheus alone, and a Prometheus that asks it and looks at its rules each second."""

    def __init__(self):
        self.realm = realm.Plain("daemon")
        self.realm.login("daemon")
        self.monitor = f"127.0.0.1:{realm.free_port()}"
        self.service = Service(self.realm, {"local_accounts": "yes", "listen_health": self.monitor})
        folder = os.path.join(self.realm.folder, "prometheus")
        os.mkdir(folder)
        rules, count = re.subn(r"^( +)for: \d+m$", r"\1for: 0s", text_of("examples", "ntokend.rules.yml"), flags=re.MULTILINE)
        tap.true(count > 0, "nothing to wait for in the rules")
        with open(os.path.join(folder, "ntokend.rules.yml"), "w", encoding="utf-8") as out:
            out.write(rules)
        with open(os.path.join(folder, "prometheus.yml"), "w", encoding="utf-8") as out:
            json.dump({"global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
                       "rule_files": ["ntokend.rules.yml"],
                       "scrape_configs": [{"job_name": "ntokend", "static_configs": [{"targets": [self.monitor]}]}]}, out)
        port = realm.free_port()
        self.root = f"http://127.0.0.1:{port}"
        self.url = self.root + "/api/v1/"
        self.prometheus = realm.Process(
            os.path.join(folder, "log"), port, PROMETHEUS, "--config.file", os.path.join(folder, "prometheus.yml"),
            "--storage.tsdb.path", os.path.join(folder, "data"), "--web.listen-address", f"127.0.0.1:{port}")
        self.until(self.is_ready, "Prometheus itself, whose port answers before it is")

    def is_ready(self):
        try:
            with OPENER.open(self.root + "/-/ready", timeout=10) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return False

    def ask(self, path, **query):
        with OPENER.open(self.url + path + "?" + urllib.parse.urlencode(query), timeout=10) as answer:
            return json.load(answer)["data"]

    def value(self, expression):
        """Of an expression with one result; None while there is none."""
        results = self.ask("query", query=expression)["result"]
        return float(results[0]["value"][1]) if len(results) == 1 else None

    def firing(self):
        return {alert["labels"]["alertname"] for alert in self.ask("alerts")["alerts"] if alert["state"] == "firing"}

    def until(self, condition, what):
        deadline = time.monotonic() + 30
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within 30 s: {what}; {self.prometheus.said()[-2000:]}")
            time.sleep(0.2)


def is_read(setting):
    """it is asked, and every answer is read to its end"""
    setting.until(lambda: setting.value('up{job="ntokend"}') == 1, "up")
    setting.until(lambda: [(target["health"], target["lastError"]) for target in setting.ask("targets")["activeTargets"]] == [("up", "")],
                  "the target, without an error")


def counts_arrive(setting):
    """what was asked of the service is what Prometheus knows"""
    for _ in range(ASKED):
        tap.equal(setting.service.curl("/version").status, 200, "/version")
    body = {"securityDescriptor": "O:BAG:BAD:", "desiredAccess": ["FILE_READ_DATA"], "objectType": "file"}
    tap.equal(setting.service.negotiate("/access-check", "daemon", body).json["allowed"], False, "an empty DACL")
    setting.until(lambda: setting.value('ntokend_http_requests_total{route="/version",status="200"}') == ASKED, "requests")
    setting.until(lambda: setting.value('sum(ntokend_decisions_total{kind="access-check",outcome="denied"})') == 1, "decisions")
    setting.until(lambda: setting.value('histogram_quantile(0.5, sum by (le) (ntokend_http_request_duration_seconds_bucket))') > 0,
                  "a quantile")


def are_what_the_docs_say(setting):
    """types and words of every metric are those of docs/observability.md"""
    rows = dict(re.findall(r"^\| `(ntokend_\w+)` \| (\w+) \|", text_of("docs", "observability.md"), flags=re.MULTILINE))
    known = setting.ask("metadata")
    mine = {name: entries[0] for name, entries in known.items() if name.startswith("ntokend_")}
    tap.true(len(mine) > 20, f"families: {sorted(mine)}")
    for family, entry in mine.items():
        tap.equal(entry["type"], rows.get(family + {"counter": "_total", "info": "_info"}.get(entry["type"], "")), family)
        tap.true(entry["help"], f"{family} without help")


def rules_can_be_evaluated(setting):
    """every alert can be evaluated, and none fires while all is well"""
    rules = [rule for group in setting.ask("rules")["groups"] for rule in group["rules"]]
    tap.equal(len(rules), text_of("examples", "ntokend.rules.yml").count("- alert:"), "rules")
    setting.until(lambda: all(rule["health"] == "ok" for group in setting.ask("rules")["groups"] for rule in group["rules"]), "health")
    setting.until(lambda: setting.firing() == set(), f"nothing fires, as does {setting.firing()}")


def an_unusable_keytab_is_told(setting):
    """a keytab that cannot be read any more fires NtokendKeytabUnusable until it is mended"""
    with open(setting.realm.keytab, "rb") as keytab:
        sound = keytab.read()
    rewrite(setting, b"no keytab")
    setting.until(lambda: "NtokendKeytabUnusable" in setting.firing(), "NtokendKeytabUnusable")
    rewrite(setting, sound)
    setting.until(lambda: setting.firing() == set(), "all is well again")


def rewrite(setting, content):
    with open(setting.realm.keytab, "wb") as keytab:
        keytab.write(content)
    setting.service.process.signal(signal.SIGHUP)


def its_end_is_told(setting):
    """a service that is gone fires NtokendDown"""
    tap.equal(setting.service.stop(), 0, setting.service.process.said()[-2000:])
    setting.until(lambda: "NtokendDown" in setting.firing(), "NtokendDown")


def main():
    if PROMETHEUS is None:
        print("1..0 # SKIP prometheus is not installed")
        return 0
    setting = Setting()
    try:
        return tap.run([is_read, counts_arrive, are_what_the_docs_say, rules_can_be_evaluated, an_unusable_keytab_is_told, its_end_is_told],
                       setting)
    finally:
        setting.prometheus.stop()
        setting.service.stop()
        setting.realm.stop()


sys.exit(main())
