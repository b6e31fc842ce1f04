#!/usr/bin/env python3
"""contracts.py ROOT SIDE NM PROGRAM ARCHIVE...: the twins of one side, posix or windows, define what the headers that both share promise, and
nothing else that others could call. Run over what each build made, so that both sides hold the same contracts."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1]).resolve()
SIDE, NM, PROGRAM = sys.argv[2:5]
ARCHIVES = sys.argv[5:]
SIDES = ("posix", "windows")
# Kept on one side alone: Windows has a Security log of its own, and of this header it has what settings ask.
PARTIAL = {("windows", "src/eventlog/store.h")}
FUNCTION = re.compile(r"^(?!typedef\b|static\b|extern\b)[A-Za-z_][\w \t\n*]*?\b([a-z_]\w*)\(([^;{}]*)\)[\s\w]*(?:\(\(.*?\)\))?;", re.MULTILINE)
DATA = re.compile(r"^extern [\w \t*]*?\b(\w+)(?:\[\w*\])?;", re.MULTILINE)


def declared(path):
    """What a header declares for others: names of functions and of data."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\\\n", " ", text)
    text = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^(struct|union|enum) \w+ \{.*?^\};?$", "", text, flags=re.MULTILINE | re.DOTALL)
    return {match.group(1) for match in FUNCTION.finditer(text)} | {match.group(1) for match in DATA.finditer(text)}


def twin_folders():
    return sorted({path.parent.parent for side in SIDES for path in (ROOT / "src").rglob(f"{side}/*.c")})


def contracts():
    """{header: what it promises} of each header that a file of a twin folder answers for, and of the platform's whole seam; what both
    share has its file beside its header."""
    found = {}
    for folder in twin_folders():
        names = {path.stem for side in SIDES for path in (folder / side).glob("*.c")}
        for header in sorted(folder.glob("*.h")):
            if header.stem in names or (folder.name == "platform" and not header.with_suffix(".c").exists()):
                found[str(header.relative_to(ROOT))] = declared(header)
    return found


def symbols():
    """{object: names that it defines for others}; "" is the program, whose own objects have no archive."""
    found = {}
    for source in [*ARCHIVES, PROGRAM]:
        name = ""
        text = subprocess.run([NM, "--defined-only", "--extern-only", source], check=True, capture_output=True, text=True).stdout
        for line in text.splitlines():
            if line.endswith(":"):
                name = pathlib.PurePath(line[:-1]).name.split(".")[0]
            elif match := re.fullmatch(r"[0-9a-f]+ [TDRBG] (\w+)", line):
                found.setdefault(name, set()).add(match.group(1))
    return found


def broken_promises(promises, defined):
    everything = set().union(*defined.values())
    for header, names in promises.items():
        if (SIDE, header) in PARTIAL:
            continue
        for name in sorted(names - everything):
            yield f"{header} promises {name}, which {SIDE} does not define"


def of_twins(defined):
    return {name: symbols for name, symbols in defined.items() if name.startswith(SIDE + "_")}


def kept_by_others(promises, defined):
    """A contract of a twin folder is kept by a file of that folder, or by one that both share, beside the header."""
    twins = of_twins(defined)
    for header, names in promises.items():
        elsewhere = {name: own for name, own in defined.items() if name and name not in twins}
        for name in sorted(names):
            for other, own in elsewhere.items():
                if name in own and not (ROOT / header).with_name(other + ".c").exists():
                    yield f"{header} promises {name}, which {other} defines and no file of {SIDE}/"


def beyond_the_contracts(promises, defined):
    """What a twin gives to others is promised by a shared header, or by one of its own folder."""
    known = set().union(*promises.values())
    for folder in twin_folders():
        for header in (folder / SIDE).glob("*.h"):
            known |= declared(header)
    for name, own in sorted(of_twins(defined).items()):
        for symbol in sorted(own - known):
            yield f"{name}: gives {symbol} to others, and no header does"


def promised_twice(promises, _):
    """A contract is written once: in the shared header."""
    owner = {name: header for header, names in promises.items() for name in names}
    for path in sorted((ROOT / "src").rglob("*.h")):
        header = str(path.relative_to(ROOT))
        for name in sorted(declared(path) & owner.keys()):
            if owner[name] != header:
                yield f"{header}: promises {name} again, after {owner[name]}"


TESTS = {"posix": ("tests/unit", "tests/integration", "tests/support", "tests/forward"), "windows": ("tests/windows",)}


def untested(promises, _):
    """Each function of the platform is called by a test of each side."""
    for side, folders in TESTS.items():
        text = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.c"))
        for header, names in promises.items():
            for name in sorted(names) if header.startswith("src/platform/") else ():
                if not re.search(rf"\b{name}\b", text):
                    yield f"{header}: no test of {side} calls {name}"


def they_can_fail(promises, defined):
    """Each rule notices a mistake that is made for it."""
    header, names = next((header, names) for header, names in promises.items() if len(names) > 1)
    extra = {**promises, header: names | {"nobody_defines_this"}}
    if not any("nobody_defines_this" in finding for finding in broken_promises(extra, defined)):
        yield "broken_promises misses a function that nobody defines"
    name = next(iter(of_twins(defined)))
    if not any("nobody_promises_this" in finding for finding in
               beyond_the_contracts(promises, {**defined, name: defined[name] | {"nobody_promises_this"}})):
        yield "beyond_the_contracts misses what nobody promises"
    if not any("again" in finding for finding in promised_twice({"src/nowhere.h": names}, defined)):
        yield "promised_twice misses a second promise"
    if not any("nobody_defines_this" in finding for finding in untested({"src/platform/x.h": {"nobody_defines_this"}}, defined)):
        yield "untested misses what nobody calls"
    twins = of_twins(defined)
    moved = {**{other: own for other, own in defined.items() if other not in twins}, "shared": set().union(*twins.values())}
    if not list(kept_by_others(promises, moved)):
        yield "kept_by_others misses a contract that is kept elsewhere"


RULES = [broken_promises, kept_by_others, beyond_the_contracts, promised_twice, untested, they_can_fail]


def main():
    promises, defined = contracts(), symbols()
    count = sum(len(names) for names in promises.values())
    print(f"1..{len(RULES) + 1}")
    enough = count > 40 and len(of_twins(defined)) > 10 and len(promises) > 10
    print(f"{'ok' if enough else 'not ok'} 1 - there is something to read: {count} names in {len(promises)} headers, {len(of_twins(defined))} twins")
    for index, rule in enumerate(RULES, 2):
        findings = list(rule(promises, defined))
        print(f"{'not ok' if findings else 'ok'} {index} - {SIDE}: {rule.__name__}")
        for finding in findings:
            print("# " + finding)
    return 0


if __name__ == "__main__":
    sys.exit(main())
