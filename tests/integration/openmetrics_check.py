#!/usr/bin/python3
"""openmetrics_check.py FOLDER NAME...: every recorded answer of /metrics by the parsers of Prometheus' own client library, as TAP.

The parser of OpenMetrics is strict: order, suffixes, units, buckets, the end. What it leaves open (names, labels, counters that never
go back) is looked at here."""
import json
import pathlib
import re
import sys

try:
    from prometheus_client import parser
    from prometheus_client.openmetrics import parser as strict
except ImportError:
    print("1..0 # SKIP python3-prometheus-client is not installed")
    sys.exit(0)

UNITS = ("bytes", "seconds")
findings = []


def exchanges(folder, names):
    for name in names:
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            exchange = json.loads(line)
            if exchange["target"].split("?")[0] == "/metrics" and exchange["status"] == 200 and exchange["method"] == "GET":
                yield {**exchange, "of": name}


def is_open(exchange):
    return exchange["headers"]["content-type"].startswith("application/openmetrics-text")


def parse(text, reader):
    try:
        return list(reader(text))
    except ValueError as error:
        findings.append(f"{error}: {text[:200]}")
        return []


def check_parsed(found):
    for exchange in found:
        families = parse(exchange["body"], strict.text_string_to_metric_families)
        if len(families) < 20:
            findings.append(f"only {len(families)} families")


def check_names(found):
    for family in parse(found[-1]["body"], strict.text_string_to_metric_families):
        if not family.name.startswith(("ntokend_", "process_")) or not family.documentation:
            findings.append(f"{family.name}: {family.documentation!r}")
        ending = next((unit for unit in UNITS if family.name.endswith("_" + unit)), "")
        if family.unit != ending and family.name.startswith("ntokend_"):
            findings.append(f"{family.name}: its unit is {family.unit!r}")
        for sample in family.samples:
            for label, value in sample.labels.items():
                if not re.fullmatch(r"[a-z_]+", label) or not re.fullmatch(r"[A-Za-z0-9/._+-]+", value):
                    findings.append(f"{sample.name}: {label}={value!r}")


def check_growth(found):
    before = {}
    for exchange in found:
        for family in parse(exchange["body"], strict.text_string_to_metric_families):
            for sample in family.samples:
                key = (exchange["of"], sample.name, tuple(sorted(sample.labels.items())))  # each its own process
                if family.type in ("counter", "histogram") and sample.value < before.get(key, 0):
                    findings.append(f"{key} went from {before[key]} to {sample.value}")
                before[key] = sample.value
    if len(before) < 200:
        findings.append(f"only {len(before)} series")


def check_text(found):
    """The older format says the same names."""
    opened = {sample.name for family in parse(found[-1]["body"], strict.text_string_to_metric_families) for sample in family.samples}
    texts = [exchange for exchange in texts_of if not is_open(exchange)]
    if not texts:
        findings.append("no answer was in the text format")
    for exchange in texts:
        if "# UNIT" in exchange["body"] or "# EOF" in exchange["body"]:
            findings.append("the text format has lines of OpenMetrics")
        for family in parse(exchange["body"], parser.text_string_to_metric_families):
            findings.extend(f"{sample.name} is in the text format alone" for sample in family.samples if sample.name not in opened)


DAMAGES = (("# EOF\n", ""), ("# EOF\n", "# EOF\n\n"), ("_total{", "{"), ('le="+Inf"', 'le="11.0"'), ("# UNIT", "# UNITS"))


def check_damages(found):
    """A parser that takes everything would prove nothing."""
    for before, after in DAMAGES:
        try:
            list(strict.text_string_to_metric_families(found[-1]["body"].replace(before, after)))
            findings.append(f"{before!r} for {after!r} is taken")
        except ValueError:
            pass


def main():
    found = [exchange for exchange in texts_of if is_open(exchange)]
    steps = [
        ("every answer is OpenMetrics", check_parsed),
        ("the parser refuses damaged ones", check_damages),
        ("names, units and labels are as they should be", check_names),
        ("counters never go back", check_growth),
        ("the text format says the same", check_text),
    ]
    print(f"1..{len(steps)}")
    for index, (title, step) in enumerate(steps, 1):
        findings.clear()
        if found:
            step(found)
        else:
            findings.append("no answer of /metrics was recorded")
        print(f"{'not ok' if findings else 'ok'} {index} - {title}")
        for finding in findings[:20]:
            print("# " + finding.replace("\n", " "))


texts_of = list(exchanges(pathlib.Path(sys.argv[1]), sys.argv[2:]))
main()
