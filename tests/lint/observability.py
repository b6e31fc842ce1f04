#!/usr/bin/env python3
"""observability.py ROOT: the tables of docs/observability.md have every metric and every event of the source, and nothing else; the
example rules speak of metrics that there are. TAP."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
DOCUMENT = (ROOT / "docs/observability.md").read_text(encoding="utf-8")
RULES = (ROOT / "examples/ntokend.rules.yml").read_text(encoding="utf-8")
SOURCES = {path: path.read_text(encoding="utf-8") for folder in ("src", "api") for path in sorted((ROOT / folder).rglob("*.c"))}
ENDINGS = {"COUNTER": "_total", "INFO": "_info", "GAUGE": "", "HISTOGRAM": ""}
LEVELS = ("error", "warning", "info", "debug")


def metrics_of_source():
    """name as a sample has it -> type"""
    found = {}
    for path, text in SOURCES.items():
        if path.name == "metrics.c" and path.parent.name == "http":
            found.update({f"{name}_total": "counter" for name in re.findall(r'"(ntokend_[a-z_]+)"', text)})
        if path.name.startswith("metrics") and path.parent.name == "api":
            for name, kind in re.findall(r'exposition_family\(\s*out,\s*"([a-z_]+)",\s*EXPOSITION_([A-Z]+)', text):
                found[name + ENDINGS[kind]] = kind.lower()
            found.update({name: "gauge" for name in re.findall(r'\bgauge\(\s*out,\s*"([a-z_]+)"', text)})
            found.update({f"{name}_total": "counter" for name in re.findall(r'\bcounter\(\s*out,\s*"([a-z_]+)"', text)})
    return found


def events_of_source():
    """event -> the levels it has; a level that is chosen at run time says nothing"""
    found = {}
    for text in SOURCES.values():
        for level, name in re.findall(r'\bLOG(?:_LIMITED)?\(\s*LOG_LEVEL_([A-Z]+),\s*"([a-z0-9-]+)"', text):
            found.setdefault(name, set()).add(level.lower())
        for level, name in re.findall(r'\blog_write\(\s*LOG_LEVEL_([A-Z]+),\s*"([a-z0-9-]+)"', text):
            found.setdefault(name, set()).add(level.lower())
        for level, name in re.findall(r'\bmake\(&line,\s*LOG_LEVEL_([A-Z]+),\s*"([a-z0-9-]+)"', text):
            found.setdefault(name, set()).add(level.lower())
        for member, name in re.findall(r'\.(loaded|refused|unusable|noted) = "([a-z0-9-]+)"', text):
            found.setdefault(name, set()).add({"loaded": "info", "noted": "warning"}.get(member, "error"))
    return found


def calls_without_a_name():
    """LOG with an event that is no literal must be one of those that are looked for above."""
    known = {"event", "file->kind->refused", "file->kind->unusable", "file->kind->loaded", "file->kind->noted", "kind->noted", "kind->refused", "kind->unusable", "kind->loaded"}
    for path, text in SOURCES.items():
        for event in re.findall(r'\bLOG(?:_LIMITED)?\(\s*[A-Za-z_]+,\s*([^",\s][^,]*),', text):
            if event.strip() not in known:
                yield f"{path.relative_to(ROOT)}: the event {event.strip()} has no name to look for"


def rows(heading):
    text = DOCUMENT.split(f"### {heading}\n", 1)[1].split("\n#", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")]


def metrics_are_documented():
    documented = {cells[0].strip("`"): cells[1] for cells in rows("All of them")}
    source = metrics_of_source()
    if len(source) < 40:
        yield f"only {len(source)} metrics were found in the source"
    yield from (f"{name} is in the source alone" for name in sorted(set(source) - set(documented)))
    yield from (f"{name} is in the document alone" for name in sorted(set(documented) - set(source)))
    yield from (f"{name} is a {source[name]}" for name in sorted(set(source) & set(documented)) if source[name] != documented[name])


def events_are_documented():
    documented = {cells[0].strip("`"): cells[1] for cells in rows("All events")}
    source = events_of_source()
    if len(source) < 40:
        yield f"only {len(source)} events were found in the source"
    yield from (f"{name} is in the source alone" for name in sorted(set(source) - set(documented)))
    yield from (f"{name} is in the document alone" for name in sorted(set(documented) - set(source)))
    for name in sorted(set(source) & set(documented)):
        if documented[name] not in source[name] or documented[name] not in LEVELS:
            yield f"{name} is {sorted(source[name])}, not {documented[name]}"
    yield from calls_without_a_name()


def rules_speak_of_metrics_that_there_are():
    known = set(metrics_of_source())
    used = set(re.findall(r"\b((?:ntokend|process)_[a-z_]+)", re.sub(r"(?m)^\s*(#|- alert:|summary:|description:).*$", "", RULES)))
    if len(used) < 8:
        yield f"only {len(used)} metrics were found in the rules"
    yield from (f"{name} is no metric" for name in sorted(used) if re.sub(r"_(bucket|count|sum)$", "", name) not in known)


def reasons_are_counted():
    """Why a ticket is refused: a code that the table of src/http/metrics.c lacks would count as "other"."""
    listed = set(re.findall(r'"([a-z-]+)"', re.search(r"reasons\[\] = \{(.*?)\};", SOURCES[ROOT / "src/http/metrics.c"], re.S).group(1)))
    given = set()
    for path, text in SOURCES.items():
        if path.parent.parent.name != "platform":
            continue
        if path.name == "refusal.c":
            given |= set(re.findall(r'[{]\s*[^{}]*?,\s*"([a-z-]+)"\s*[}]', text))
        if path.name in ("refusal.c", "spnego.c", "negotiate.c", "package.c"):
            given |= set(re.findall(r'(?:return|\?|:|reason =|refuse\(context,)\s*"([a-z-]+)"', text))
        if path.name == "token.c":
            body = text.split("*platform_token_refusal(", 1)[1].split("\n}", 1)[0]
            given |= set(re.findall(r'"([a-z-]+)"', body))
    if len(given) < 20:
        yield f"only {len(given)} codes were found"
    yield from (f"{code} is no reason of src/http/metrics.c" for code in sorted(given - listed))
    yield from (f"{code} is never given" for code in sorted(listed - given - {"other"}))


def main():
    steps = [metrics_are_documented, reasons_are_counted, events_are_documented, rules_speak_of_metrics_that_there_are]
    print(f"1..{len(steps)}")
    for number, step in enumerate(steps, 1):
        findings = list(step())
        print(f"{'not ok' if findings else 'ok'} {number} - {step.__name__}")
        for finding in findings:
            print("# " + finding)


main()
