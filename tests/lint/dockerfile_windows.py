#!/usr/bin/env python3
"""dockerfile_windows.py ROOT: Dockerfile.windows, which cannot be built here, read as Docker reads it and held to what it must be."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1]).resolve()
INSTRUCTIONS = {"ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "RUN", "SHELL", "USER", "VOLUME", "WORKDIR"}
BASE = "mcr.microsoft.com/windows/servercore:${WINDOWS}"
SUITES = "tools/windows-test"


def read(text):
    """[(line, instruction, arguments)]; lines that the escape character joins are one, comments are none."""
    found, start, parts = [], 0, []
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#") or (not line.strip() and not parts):
            continue
        start = start if parts else number
        parts.append(line.rstrip("` ").strip() if line.endswith("`") else line.strip())
        if not line.endswith("`"):
            word, _, rest = " ".join(parts).partition(" ")
            found.append((start, word, rest.strip()))
            parts = []
    if parts:
        found.append((start, "", "ends in the middle of an instruction"))
    return found


def stages(instructions):
    """[(name, [instruction])] behind what stands before the first FROM."""
    found = []
    for line, word, rest in instructions:
        if word == "FROM":
            found.append((rest.partition(" AS ")[2], []))
        if found:
            found[-1][1].append((line, word, rest))
    return found


def is_docker(text, instructions):
    """the escape character is the one of Windows, and every instruction is known"""
    if not text.startswith("# escape=`\n"):
        yield 1, "the first line is not the directive # escape=`"
    for line, word, rest in instructions:
        if word not in INSTRUCTIONS:
            yield line, f"{word or rest}: no instruction that is known here"
        elif not rest:
            yield line, f"{word} says nothing"
    for line, raw in enumerate(text.split("\n"), 1):
        if raw.rstrip() != raw or "\t" in raw:
            yield line, "white space that could break a line in the wrong place"


def two_stages(_, instructions):
    """two stages of one base, whose tag is an argument with a default"""
    found = [(line, rest) for line, word, rest in instructions if word == "FROM"]
    if [rest.partition(" AS ")[::2] for _, rest in found] != [(BASE, "build"), (BASE, "")]:
        yield found[0][0] if found else 1, f"not two stages of {BASE}, the first with the name build"
    first = instructions[0] if instructions else (1, "", "")
    if first[1] != "ARG" or not re.fullmatch(r"WINDOWS=ltsc20\d\d", first[2]):
        yield first[0], "WINDOWS has no default before the first FROM"


def arguments_are_there(_, instructions):
    """what is used is declared in the same stage, and no argument is for nothing"""
    for name, body in stages(instructions):
        declared = {rest.partition("=")[0] for _, word, rest in body if word == "ARG"}
        used = {match for _, word, rest in body if word == "RUN" for match in re.findall(r"\$env:(MSYS2\w*)", rest)}
        for argument in sorted(declared ^ used):
            yield body[0][0], f"{name or 'the last stage'}: {argument} is {'declared' if argument in declared else 'used'} alone"


def lists_are_lists(_, instructions):
    """what is to be no shell's is a list in JSON, and paths in it are whole"""
    for line, word, rest in instructions:
        if word in ("SHELL", "ENTRYPOINT", "CMD"):
            try:
                words = json.loads(rest)
            except ValueError:
                yield line, f"{word}: no JSON"
                continue
            if not words or not all(isinstance(part, str) for part in words):
                yield line, f"{word}: no list of texts"


def sources_are_there(_, instructions):
    """what is copied and called is in the tree, or made by the stage that it is copied from"""
    made = "C:\\ntokend\\build\\native\\ntokend.exe"
    for line, word, rest in instructions:
        if word == "COPY" and (match := re.fullmatch(r"--from=(\w+) (\S+) (\S+)", rest)):
            inside = ROOT / match.group(2).removeprefix("C:\\ntokend\\").replace("\\", "/")
            if match.group(1) != "build" or (match.group(2) != made and not inside.exists()):
                yield line, f"{match.group(2)} is not of the stage build"
        elif word == "COPY" and rest != ". .":
            yield line, f"COPY {rest}: neither all of the tree nor what a stage made"
        elif word == "RUN" and (called := re.search(r"-lc '(tools/[\w-]+)((?: --\w+)*)'$", rest)):
            script = ROOT / called.group(1)
            if not script.is_file():
                yield line, f"{called.group(1)} is not there"
            elif any(option.strip() not in script.read_text(encoding="utf-8") for option in called.group(2).split()):
                yield line, f"{called.group(1)} does not know {called.group(2).strip()}"


def it_is_tested(_, instructions):
    """the suites run before anything is copied out, all of them"""
    body = stages(instructions)[0][1] if stages(instructions) else []
    if not any(word == "RUN" and rest.endswith(f" -lc '{SUITES}'") for _, word, rest in body):
        yield 1, f"the first stage does not run {SUITES}"
    script = ROOT / SUITES
    tests = re.findall(r"^meson test .*$", script.read_text(encoding="utf-8"), re.MULTILINE) if script.is_file() else []
    if not tests or any("--suite" in line for line in tests):
        yield 1, f"{SUITES} does not run all suites: {tests}"


def downloads_are_checked(_, instructions):
    """what is fetched comes by TLS, and its hash is told and compared"""
    for line, word, rest in instructions:
        if word == "RUN" and re.search(r"http|Invoke-WebRequest|curl", rest):
            if re.search(r"http://", rest) or "Get-FileHash" not in rest or "throw" not in rest:
                yield line, "fetches without TLS or without looking at what came"
        if word == "RUN" and "pacman" in rest and "--noconfirm" not in rest:
            yield line, "pacman would ask"


def the_image_is_small_and_safe(_, instructions):
    """the last stage has the executable alone, runs it under an account that is no administrator, and says how it is"""
    name, body = stages(instructions)[-1] if stages(instructions) else ("", [])
    words = [word for _, word, _ in body]
    copied = [rest for _, word, rest in body if word == "COPY"]
    if name or any(not rest.startswith("--from=build ") for rest in copied) or any("msys" in rest.lower() for _, _, rest in body):
        yield body[0][0] if body else 1, "the last stage takes more than what was built"
    for needed in ("USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"):
        if words.count(needed) != 1:
            yield body[0][0] if body else 1, f"the last stage has {words.count(needed)} of {needed}"
    said = {word: (line, rest) for line, word, rest in body}
    if re.search("admin|system$", said.get("USER", (0, "admin"))[1], re.IGNORECASE):
        yield said.get("USER", (1, ""))[0], "it would run as an administrator"
    entry = said.get("ENTRYPOINT", (1, '[""]'))
    if entry[1].startswith("[") and not any(rest.endswith(" " + json.loads(entry[1])[0]) for rest in copied):
        yield entry[0], "what it starts was not copied"
    if words and "RUN" in words[words.index("USER") if "USER" in words else 0:]:
        yield said["RUN"][0], "something runs after the account was changed"


RULES = [is_docker, two_stages, arguments_are_there, lists_are_lists, sources_are_there, it_is_tested, downloads_are_checked,
         the_image_is_small_and_safe]
# One change for each rule that it must notice.
MISTAKES = [("# escape=`", "# escape=\\"), ("servercore:${WINDOWS} AS build", "servercore:latest AS build"), ("ARG MSYS2_SHA256=\n", ""),
            ('ENTRYPOINT ["C:', "ENTRYPOINT [C:"), ("tools/windows-test --build", "tools/windows-tset --build"), ("-lc 'tools/windows-test'", "-lc 'true'"),
            ("Get-FileHash", "Get-Nothing"), ("USER NT AUTHORITY\\NETWORK SERVICE\n", "USER ContainerAdministrator\n")]


def findings(rule, text):
    return list(rule(text, read(text)))


def main():
    text = (ROOT / "Dockerfile.windows").read_text(encoding="utf-8")
    print(f"1..{2 * len(RULES) + 1}")
    enough = len(read(text)) > 15
    print(f"{'ok' if enough else 'not ok'} 1 - there is something to read: {len(read(text))} instructions")
    for index, (rule, (before, after)) in enumerate(zip(RULES, MISTAKES), 1):
        found = findings(rule, text)
        print(f"{'not ok' if found else 'ok'} {2 * index} - {rule.__doc__}")
        for line, finding in found:
            print(f"# Dockerfile.windows:{line}: {finding}")
        noticed = before in text and findings(rule, text.replace(before, after))
        print(f"{'ok' if noticed else 'not ok'} {2 * index + 1} - {rule.__name__} notices {after.strip() or 'what is missing'}")


if __name__ == "__main__":
    main()
