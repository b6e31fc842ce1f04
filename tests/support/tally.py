#!/usr/bin/python3
"""tally.py tests|programs LABEL TESTLOG: one line a result out of meson's testlog.json, tab-separated: verdict, name, reason.

`tests` gives every TAP line, `programs` one verdict a program. What meson calls bad without a failed line (a crash, a
time-out, a wrong plan) is a failure of its own, and a program that ran nothing is one too.
"""
import json
import re
import sys

LINE = re.compile(r"(?P<bad>not )?ok\b(?: +\d+)?(?: +- | +)?(?P<name>[^#]*)(?:#\s*(?P<directive>SKIP|TO[D]O)\b\S*\s*(?P<reason>.*))?",
                  re.IGNORECASE)
WHOLE = re.compile(r"1\.\.0\s*#\s*SKIP\S*\s*(?P<reason>.*)", re.IGNORECASE)
GOOD = {"OK", "SKIP", "EXPECTEDFAIL"}


def verdict_of(match):
    directive = (match["directive"] or "").upper()
    if directive == "SKIP":
        return "skip"
    if directive:
        return "skip" if match["bad"] else "fail"
    return "fail" if match["bad"] else "pass"


def rows_of(run):
    for line in run.get("stdout", "").splitlines():
        match = LINE.match(line)
        if match:
            yield verdict_of(match), match["name"].strip(), (match["reason"] or "").strip()
        elif WHOLE.match(line):
            yield "skip", "all of it", WHOLE.match(line)["reason"].strip()


def judged(run):
    rows = list(rows_of(run))
    if run["result"] not in GOOD and not any(verdict == "fail" for verdict, _, _ in rows):
        rows.append(("fail", "the program", f"{run['result']}, exit status {run['returncode']}"))
    if not rows:
        verdict = {"SKIP": "skip", "OK": "pass"}.get(run["result"], "fail")
        rows.append((verdict, "the program", "no reason given" if verdict == "skip" else ""))
    return rows


def main():
    mode, label, path = sys.argv[1:]
    with open(path, encoding="utf-8") as log:
        runs = [json.loads(line) for line in log]
    for run in runs:
        program = run["name"].split(":", 1)[-1]
        rows = judged(run)
        if mode == "programs":
            failed = [name for verdict, name, _ in rows if verdict == "fail"]
            whole = "fail" if failed else "pass" if any(row[0] == "pass" for row in rows) else "skip"
            reason = ", ".join(failed) or (rows[0][2] if whole == "skip" else "")
            rows = [(whole, "", reason)]
        for verdict, name, reason in rows:
            print(verdict, f"{label}: {program}" + (f": {name}" if name else ""), reason, sep="\t")


if __name__ == "__main__":
    main()
