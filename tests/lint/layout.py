#!/usr/bin/env python3
"""layout.py ROOT: the house rules that a machine can check, one TAP line a rule, each finding named with file and line."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1]).resolve()
FILE_LINES = 400
FUNCTION_LINES = 60
NESTING = 4

# Includes point one way. A room may include itself and what stands to its left in the chain.
ROOMS = ["base", "engine", "eventlog", "platform", "http", "forward", "api", "main"]
PRODUCT = ("src/", "api/")
LOGGERS = ("src/base/log", "src/windows/", "src/http/", "src/forward/", "src/main.c", "src/platform/")


def tracked():
    try:
        out = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                             check=True, capture_output=True).stdout
        names = [n for n in out.decode().split("\0") if n]
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file() and not p.parts[len(ROOT.parts)].startswith("build")]
    return [n for n in sorted(names) if (ROOT / n).is_file()]


def text_of(name):
    data = (ROOT / name).read_bytes()
    return None if b"\0" in data else data.decode("utf-8", "replace")


FILES = tracked()
TEXTS = {name: text for name in FILES if (text := text_of(name)) is not None}
SOURCES = {name: TEXTS[name] for name in TEXTS if name.endswith((".c", ".h")) and name.startswith(PRODUCT + ("tests/",))}
OURS = {name: text for name, text in SOURCES.items() if name.startswith(PRODUCT)}


def lines(text):
    return enumerate(text.split("\n"), 1)


def room_of(path):
    if path.startswith("api/"):
        return "api"
    parts = path.split("/")
    # src/posix and src/windows are main's own twins
    return parts[1] if parts[0] == "src" and len(parts) > 2 and parts[1] not in ("posix", "windows") else "main"


def includes(text):
    for number, line in lines(text):
        if match := re.match(r'\s*#\s*include\s+(["<])([^">]+)[">]', line):
            yield number, match.group(1) == '"', match.group(2)


def includes_point_one_way():
    for name, text in OURS.items():
        room = room_of(name)
        for number, own, target in includes(text):
            if not own:
                continue
            other = "api" if target.startswith("api/") else target.split("/")[0] if "/" in target else "main"
            if other in ("posix", "windows"):
                other = "main"
            if other not in ROOMS:
                yield f"{name}:{number}: {target} is in no room"
            elif ROOMS.index(other) > ROOMS.index(room) or (room == "engine" and other not in ("engine", "base")):
                yield f"{name}:{number}: {room} may not include {target}"


FORBIDDEN = {  # room: headers that stay out of it
    "base": ("microhttpd", "jansson", "gss", "krb5"),
    "eventlog": ("microhttpd", "jansson", "gss", "krb5"),
    "engine": ("microhttpd", "jansson", "gss", "krb5", "unistd.h", "sys/", "time.h", "pthread.h", "fcntl.h", "windows.h"),
    "platform": ("microhttpd", "jansson"),
    "http": ("gss", "krb5"),
    "forward": ("microhttpd", "gss", "krb5"),
    "api": ("microhttpd", "gss", "krb5"),
}


def libraries_stay_in_their_rooms():
    for name, text in OURS.items():
        for number, own, target in includes(text):
            if not own and target.startswith(FORBIDDEN.get(room_of(name), ())):
                yield f"{name}:{number}: <{target}> does not belong in {room_of(name)}"


def the_platform_is_behind_the_seam():
    for name, text in SOURCES.items():
        if "/windows/" in name:
            continue
        for number, line in lines(text):
            if re.match(r"\s*#\s*(el)?if.*(_WIN32|__linux__|__MINGW|__unix__|_MSC_VER)", line):
                yield f"{name}:{number}: {line.strip()}"


def twins_are_named_alike():
    # What both share has its file beside its header.
    contracts = {n.split("/")[-1][:-2] for n in OURS if re.fullmatch(r"src/platform/[a-z_]+\.h", n) and n[:-1] + "c" not in OURS}
    for folder in ("posix", "windows"):
        files = {n.split("/")[-1][:-2] for n in OURS if n.startswith(f"src/platform/{folder}/") and n.endswith(".c")}
        if files:
            for missing in sorted(contracts - files):
                yield f"src/platform/{folder}/{missing}.c is missing: src/platform/{missing}.h promises it"
    # Elsewhere whatever has a twin has both.
    for room in ("src", "src/http"):
        posix, windows = ({n.split("/")[-1] for n in OURS if re.fullmatch(f"{room}/{folder}/[a-z_]+\\.c", n)} for folder in ("posix", "windows"))
        for name in sorted(posix - windows):
            if f"{room}/posix/{name[:-2]}.h" not in OURS:
                yield f"{room}/windows/{name} is missing: there is a {room}/posix/{name}"
        for name in sorted(windows - posix):
            if f"{room}/windows/{name[:-2]}.h" not in OURS:
                yield f"{room}/posix/{name} is missing: there is a {room}/windows/{name}"


def only_some_log():
    for name, text in OURS.items():
        if not name.startswith(LOGGERS) and re.search(r"\bLOG\(|\blog_write\(", text):
            yield f"{name}: logs, but only http, main.c and the platform do"


def doubles_stay_in_the_tests():
    for name, text in TEXTS.items():
        if name.endswith("meson.build") and name.startswith(PRODUCT) and "tests" in text:
            yield f"{name}: names tests/"
    for name, text in OURS.items():
        for number, own, target in includes(text):
            if own and target.startswith(("tests/", "support/")):
                yield f"{name}:{number}: {target}"


def only_reply_maps_errors_to_statuses():
    for name, text in OURS.items():
        if name != "src/http/reply.c" and re.search(r"case ERR_\w+:\s*return (4|5)\d\d\b", text):
            yield f"{name}: maps an err to an HTTP status"


def functions(text):
    """(name, first line, last line) of each function: its braces stand alone in the first column."""
    found, start, head = [], None, ""
    for number, line in lines(text):
        if line == "{":
            start = number
        elif line.startswith("}") and start is not None:
            found.append((head, start, number))
            start = None
        elif start is None and re.match(r"[A-Za-z]", line):
            if match := re.search(r"([A-Za-z_]\w*)\(", line):
                head = match.group(1) if match.group(1) != "START_TEST" else line
    return found


def functions_are_short():
    for name, text in SOURCES.items():
        for function, first, last in functions(text):
            if last - first + 1 > FUNCTION_LINES:
                yield f"{name}:{first}: {function}: {last - first + 1} lines, at most {FUNCTION_LINES}"


def files_are_short():
    for name, text in SOURCES.items():
        count = text.count("\n")
        if count > FILE_LINES:
            yield f"{name}: {count} lines, at most {FILE_LINES}"


def nesting_is_shallow():
    control = re.compile(r"( +)(if|for|while|switch|do)\b")
    for name, text in SOURCES.items():
        for number, line in lines(text):
            match = control.match(line)
            if match and len(match.group(1)) % 4 == 0 and len(match.group(1)) // 4 >= NESTING:
                yield f"{name}:{number}: nested {len(match.group(1)) // 4} deep, under {NESTING} wanted"


def headers_are_guarded():
    for name, text in SOURCES.items():
        if name.endswith(".h"):
            guard = re.search(r"#ifndef (NTOKEND_\w+_H)\n#define \1\n", text)
            if not guard:
                yield f"{name}: no NTOKEND_…_H guard"


def nothing_is_left_undone():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK|not implemented|placeholder|stubbed)\b")
    for name, text in TEXTS.items():
        if name.startswith("tests/lint/"):
            continue
        for number, line in lines(text):
            if words.search(line):
                yield f"{name}:{number}: {line.strip()[:100]}"


def no_path_of_a_machine():
    paths = re.compile(r"(?<![\w.$}])/(work|root|home)/\w")
    for name, text in TEXTS.items():
        if name.startswith("tests/lint/"):
            continue
        for number, line in lines(text):
            if paths.search(line):
                yield f"{name}:{number}: {line.strip()[:100]}"


def text_files_are_clean():
    for name, text in TEXTS.items():
        if "/corpus/" in name or not text:
            continue
        if not text.endswith("\n"):
            yield f"{name}: no newline at the end"
        for number, line in lines(text):
            if line != line.rstrip():
                yield f"{name}:{number}: white space at the end" if "\r" not in line else f"{name}:{number}: a carriage return"


RULES = [
    includes_point_one_way, libraries_stay_in_their_rooms, the_platform_is_behind_the_seam, twins_are_named_alike,
    only_some_log, doubles_stay_in_the_tests, only_reply_maps_errors_to_statuses, functions_are_short, files_are_short,
    nesting_is_shallow, headers_are_guarded, nothing_is_left_undone, no_path_of_a_machine, text_files_are_clean,
]

print(f"1..{len(RULES) + 1}")
print(("ok" if len(OURS) > 20 else "not ok") + f" 1 - there is something to read ({len(OURS)} files)")
for index, rule in enumerate(RULES, 2):
    findings = list(rule())
    print(f"{'not ok' if findings else 'ok'} {index} - {rule.__name__}")
    for finding in findings:
        print("# " + finding)
