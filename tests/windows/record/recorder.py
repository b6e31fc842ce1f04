#!/usr/bin/env python3
"""recorder.py RECORDER ROWS...: the recorder leaves a whole file about every row and every question; compare.py tells what differs, and
takes neither Wine's answers nor a part of a file for evidence."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "support"))
import tap

RECORDER, ROWS = sys.argv[1], sys.argv[2:]
WRAPPER = [] if os.name == "nt" else [str(HERE.parent / "under_wine")]
RECORD_SECONDS = 300
FOLDER = tempfile.TemporaryDirectory(prefix="ntokend-record-")
FILE = pathlib.Path(FOLDER.name) / "record.jsonl"


def compare(path):
    done = subprocess.run([sys.executable, str(HERE / "compare.py"), str(path)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          encoding="utf-8", timeout=60, check=False)
    return done.returncode, done.stdout


def lines():
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def doctored(change):
    """Another file, of the lines that `change` makes of these."""
    path = FILE.with_name("doctored.jsonl")
    path.write_text("".join(json.dumps(line) + "\n" for line in change(lines())), encoding="utf-8")
    return path


def from_windows(found):
    """The same as if no answer had differed, from a Windows that is one."""
    for line in found:
        if "windows" in line and "row" in line:
            line["windows"] = line["engine"]
    found[0]["wine"] = None
    found[-1]["differ"] = 0
    return found


def one_differs(found):
    found = from_windows(found)
    next(line for line in found if line.get("row") == "3.6-allow")["windows"] = "refused 5"
    found[-1]["differ"] = 1
    return found


def records():
    """it ends, and all of its own tests pass"""
    with open(FILE.with_name("log"), "w+", encoding="utf-8") as log:
        status = subprocess.run([*WRAPPER, RECORDER, str(FILE), *ROWS], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                timeout=RECORD_SECONDS, check=False).returncode
        log.seek(0)
        said = log.read()
    tap.true(status == 0 and "\nok " in said and "not ok" not in said, said[-2000:])


def every_row():
    """every row of the files has its answer or its reason, and the engine's"""
    wanted = set()
    for path in ROWS:
        text = pathlib.Path(path).read_text(encoding="utf-8")
        rows = json.loads(text)["vectors"] if path.endswith(".json") else [json.loads(line) for line in text.splitlines()]
        wanted |= {row["id"] for row in rows if "id" in row}
    answers = [line for line in lines() if "row" in line]
    tap.equal(wanted - {answer["row"] for answer in answers}, set(), "rows without an answer")
    tap.true(all(("windows" in answer) != ("not_asked" in answer) for answer in answers), "an answer or a reason")
    tap.true(sum("windows" in answer for answer in answers) > 1000, "hardly any were asked")


def every_question():
    """each of Q1 to Q16 has its default, and rows or an experiment"""
    found = lines()
    tap.equal([line["question"] for line in found if "default" in line], [f"Q{n}" for n in range(1, 17)], "questions")
    tap.equal({f"Q{n}" for n in range(1, 17)} - {line.get("question") for line in found if "row" in line}, set(), "asked nowhere")


def corpora():
    """the corpora were among them"""
    if not any("access_check_vectors" in path for path in ROWS):
        raise tap.Skip("there is no copy of the corpora")
    tap.true(any(line.get("row", "").startswith("sddl_to_bytes.jsonl:") for line in lines()), "none of their rows")


def which_windows():
    """the file says which Windows it was, when, and as whom"""
    header = lines()[0]
    tap.true(header["windows"]["build"] > 7000 and header["time"].endswith("Z") and header["sid"].startswith("S-1-"), header)
    tap.equal(header["wine"] is None, os.name == "nt", "Wine")


def compared():
    """the comparison counts as evidence on Windows alone"""
    status, said = compare(FILE)
    if os.name == "nt":
        tap.true(status in (0, 1), said)
    else:
        tap.true(status == 3 and "no evidence: these are Wine's answers" in said, said)
    tap.true("open questions:\n  Q1 " in said, said)


def nothing_differs():
    """a Windows that answers as the engine"""
    status, said = compare(doctored(from_windows))
    tap.true(status == 0 and "\n0 answered otherwise" in said and "DIFFERS" not in said, said)


def something_differs():
    """one that does not, and which row it is"""
    status, said = compare(doctored(one_differs))
    tap.true(status == 1 and "\n1 answered otherwise" in said and
             "  3.6-allow: AccessCheck: refused 5, the engine granted 0x3" in said, said)


def not_whole():
    """a part of a file, or one that does not add up, is none"""
    for change in (lambda found: found[:-1], lambda found: found[:9] + found[10:], lambda found: found[:1], lambda found: [],
                   lambda found: [dict(found[0], format=9)] + found[1:], lambda found: found[:-1] + [dict(found[-1], differ=12345)]):
        status, said = compare(doctored(change))
        tap.true(status == 2, said)


tap.run([records, every_row, every_question, corpora, which_windows, compared, nothing_differs, something_differs, not_whole])
