#!/usr/bin/env python3
"""event_xml_check.py SCHEMA FOLDER NAME...: reads the XML that GET /audit gave, as TAP.

FOLDER has NAME.jsonl of each program that talked to the service. Every page in XML is valid by SCHEMA (xmllint), is read by a
parser of another kind, and says of each event what its JSON says. A schema that lets anything in is a failure too."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

NAMESPACE = "{http://schemas.microsoft.com/win/2004/08/events/event}"
# What XML 1.0 2.2 cannot carry stands as U+FFFD.
BEYOND_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Each makes a sound page unsound.
DAMAGES = [
    ("<EventID>", "<EventID>x"),
    ("<Version>", "<Version>-"),
    ("<Opcode>0</Opcode>", ""),
    ("<Keywords>0x80", "<Keywords>0x81"),
    ("Z\"/>", "\"/>"),
    ("<Channel>Security</Channel>", "<Channel>System</Channel>"),
    ("<Correlation/>", "<Correlation>x</Correlation>"),
    ("<EventData>", "<EventData/><EventData>"),
    ("<Data Name=", "<Datum Name="),
    ("<Data Name=", "<Data Names="),
    ("win/2004/08/events/event", "win/2004/08/events/events"),
    ("<Events>", "<Events><System/>"),
    ("]]&gt;", "]]>"),
    ("\ufffd", "\x01"),
]

findings = []


def lint(schema, pages):
    """The names of the pages that are valid."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for index, page in enumerate(pages):
            name = pathlib.Path(folder, f"{index}.xml")
            name.write_bytes(page.encode())
            names.append(str(name))
        run = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", schema, *names], stderr=subprocess.PIPE, text=True, check=False)
        lines = run.stderr.splitlines()
        return [f"{name} validates" in lines for name in names], run.stderr[:2000]


def exchanges(folder, names):
    for name in names:
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            exchange = json.loads(line)
            if exchange["target"].split("?")[0] == "/audit" and exchange["status"] == 200 and exchange["method"] == "GET":
                yield exchange


def text_of(system, name):
    return system.find(NAMESPACE + name).text or ""


def event_of(element):
    """As JSON has it, as far as XML has it."""
    system = element.find(NAMESPACE + "System")
    time = system.find(NAMESPACE + "TimeCreated").attrib["SystemTime"]
    return {
        "recordId": int(text_of(system, "EventRecordID")),
        "eventId": int(text_of(system, "EventID")),
        "time": time.removesuffix("00Z") + "Z",
        "outcome": {"0x8020000000000000": "success", "0x8010000000000000": "failure"}[text_of(system, "Keywords")],
        "data": [(data.attrib["Name"], data.text or "") for data in element.find(NAMESPACE + "EventData")],
    }


def json_event(event):
    wanted = {key: event[key] for key in ("recordId", "eventId", "time", "outcome")}
    return {**wanted, "data": [(name, BEYOND_XML.sub("\ufffd", value)) for name, value in event["data"].items()]}


def compare(pages, jsons):
    known = {event["recordId"]: json_event(event) for page in jsons for event in page["events"]}
    count = 0
    for page in pages:
        for element in ElementTree.fromstring(page):
            event = event_of(element)
            count += 1
            if known.get(event["recordId"], event) != event:
                findings.append(f"{event} is in JSON {known[event['recordId']]}")
    if count < 1000 or len(known) < 1000:
        findings.append(f"only {count} events in XML and {len(known)} in JSON were found")


def check_valid(schema, pages):
    valid, words = lint(schema, pages)
    if not pages or not all(valid):
        findings.append(f"{valid.count(True)} of {len(pages)} pages are valid: {words}")


def check_damages(schema, pages):
    damaged = []
    for before, after in DAMAGES:
        page = next((page for page in pages if before in page), None)
        if page is None:
            findings.append(f"no page has {before!r}")
        else:
            damaged.append(page.replace(before, after, 1))
    valid, _ = lint(schema, damaged)
    findings.extend(f"damage {index} is taken as valid" for index, good in enumerate(valid) if good)


def main():
    schema, folder, names = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    found = list(exchanges(folder, names))
    pages = [exchange["body"] for exchange in found if exchange["headers"]["content-type"] == "application/xml"]
    jsons = [json.loads(exchange["body"]) for exchange in found if exchange["headers"]["content-type"] == "application/json"]
    steps = [
        ("every page in XML fits the schema", lambda: check_valid(schema, pages)),
        ("the schema refuses damaged pages", lambda: check_damages(schema, pages)),
        ("XML says what JSON says", lambda: compare(pages, jsons)),
    ]
    print(f"1..{len(steps)}")
    for index, (title, step) in enumerate(steps, 1):
        findings.clear()
        step()
        print(f"{'not ok' if findings else 'ok'} {index} - {title}")
        for finding in findings[:20]:
            print("# " + finding.replace("\n", " "))


main()
