#!/usr/bin/env python3
"""check.py ROOT FILES: whether the vectors are what they say: enough of them, and every section and trap has its own."""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "tests/support"))
import tap

ROOT = pathlib.Path(sys.argv[1])
FILES = [pathlib.Path(name) for name in sys.argv[2:]]
ROWS = [(path.stem, json.loads(line)) for path in FILES for line in path.read_text().splitlines()]
SECTIONS = ([f"1.{n}" for n in range(1, 8)] + [f"2.{n}" for n in range(1, 6)] + [f"3.{n}" for n in range(1, 13)] +
            ["4.1", "4.2", "5.2"])
TRAPS = range(1, 30)
CLASSES = {"canonical", "non-canonical", "stricter", "laxer", "odd"}


def proves(row):
    return row["proves"].split(",")


def enough():
    """at least 400 rows, and every file of the folder is read"""
    tap.true(len(ROWS) >= 400, f"{len(ROWS)} rows")
    folder = {path.name for path in FILES[0].parent.glob("*.jsonl")}
    tap.equal({path.name for path in FILES}, folder, "files")


def ids():
    """ids are unique and begin with a section that the row proves"""
    seen = set()
    for _, row in ROWS:
        tap.true(row["id"] not in seen, f"twice: {row['id']}")
        seen.add(row["id"])
        tap.true(re.match(r"[1-5]\.\d+-[a-z0-9-]+$", row["id"]), row["id"])
        tap.true(row["id"].split("-")[0] in proves(row), f"{row['id']}: proves {row['proves']}")


def sections():
    """every section from 1.1 to 4.2 and 5.2 has a row, and no row names another"""
    named = {section for _, row in ROWS for section in proves(row)}
    tap.equal(sorted(named), sorted(SECTIONS), "sections")


def traps():
    """every trap from 1 to 29 has a row, or a test that exists"""
    proven = {trap for _, row in ROWS for trap in row.get("traps", [])}
    for line in (FILES[0].parent / "elsewhere").read_text().splitlines():
        if not line.startswith("#"):
            number, name, words = line.split(" ", 2)
            tap.true(words in (ROOT / name).read_text(), f"trap {number}: {name} does not say {words}")
            proven.add(int(number))
    tap.equal(sorted(proven), list(TRAPS), "traps")


def audits():
    """at least 60 rows say what a SACL has audited"""
    count = sum("5.2" in proves(row) for _, row in ROWS)
    tap.true(count >= 60, f"{count} rows")


def marks():
    """every row has its mark, and inference stands in defaults.jsonl alone, with its question"""
    for name, row in ROWS:
        tap.true(row["mark"] in ("W", "D", "F", "O", "I"), f"{row['id']}: mark {row['mark']}")
        tap.equal(name == "defaults", "question" in row, f"{row['id']}: a question")
        tap.true(row["mark"] != "I" or name == "defaults", f"{row['id']}: belongs in defaults.jsonl")


def questions():
    """every question of defaults.jsonl stands in docs/evidence.md, and every one there has rows or a test that exists"""
    asked = {row["question"] for _, row in ROWS if "question" in row}
    lines = [line.split("|") for line in (ROOT / "docs/evidence.md").read_text().splitlines() if re.match(r"\| (Q\d|I-)", line)]
    written = {cells[1].strip(): cells[4] for cells in lines}
    tap.equal(asked - set(written), set(), "not in docs/evidence.md")
    tap.true({f"Q{n}" for n in range(1, 17)} <= set(written), "Q1 to Q16")
    for question in set(written) - asked:
        tests = re.findall(r"Test: `([^`]+)` (START_TEST\(\w+\))", written[question])
        tap.true(tests or "nothing asks it" in written[question], f"{question}: neither rows nor a test")
        for name, words in tests:
            tap.true(words in (ROOT / name).read_text(), f"{question}: {name} does not say {words}")


def classes():
    """rows of SDDL text are of one of five classes, and each class has rows"""
    found = {row.get("class") for _, row in ROWS if row["api"] == "SddlRead" and "question" not in row}
    tap.equal(found, CLASSES, "classes")


tap.run([enough, ids, sections, traps, audits, marks, questions, classes])
