#!/usr/bin/env python3
"""manual.py ROOT LIST PAGE...: does the manual say what the program reads, and can it be read? LIST is what src/config_list printed, a
PAGE a manual page that was made of it."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT, LIST, *PAGES = (pathlib.Path(name) for name in sys.argv[1:])
KEYS = [line.split("\t") for line in LIST.read_text().splitlines() if line.startswith("key\t")]
FORMATTERS = {
    "mandoc": ["mandoc", "-Tlint", "-Wall"],
    "groff": ["groff", "-ww", "-man", "-Tutf8", "-z"],
    "man": ["man", "--warnings=w", "-E", "UTF-8", "-l"],
}
results = []


def verdict(name, findings, skip=None):
    results.append((name, list(findings), skip))


def reference_is_of_the_table():
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder, "configuration.md")
        made = subprocess.run([ROOT / "tools/manual", LIST, ROOT / "docs/man/ntokend.conf.5.md", ROOT / "docs/man/settings.md", output],
                              capture_output=True, text=True)
        if made.returncode != 0:
            yield made.stderr.strip()
        elif output.read_text() != (ROOT / "docs/configuration.md").read_text():
            yield "docs/configuration.md is not what the table says: run tools/manual and commit it"


def every_setting_is_on_the_page():
    page = next(page for page in PAGES if page.name == "ntokend.conf.5").read_text()
    for key in KEYS:
        head = f"\\fB{key[1]}\\fP = "
        if (head in page) != (key[5] != "windows"):
            yield f"{key[1]}: {'missing' if head not in page else 'is for Windows'}"


def formatted(program, command):
    for page in PAGES:
        run = subprocess.run([*command, page], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
        told = run.stdout + run.stderr if program == "mandoc" else run.stderr
        yield from (line for line in told.splitlines() if line)
        if run.returncode != 0:
            yield f"{page.name}: {program} ends with {run.returncode}"
        if program == "man" and "SETTINGS" not in run.stdout and "SYNOPSIS" not in run.stdout:
            yield f"{page.name}: {program} shows nothing"


def links_lead_somewhere():
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
            # A page of the manual is read as the document that is made of it.
            folder = document.parent.parent if document.parent.name == "man" and document.name == "ntokend.conf.5.md" else document.parent
            if not (folder / target).exists():
                yield f"{document.relative_to(ROOT)}: there is no {target}"


verdict("there are settings and pages", [] if len(KEYS) > 30 and len(PAGES) == 2 else [f"{len(KEYS)} and {len(PAGES)}"])
verdict("docs/configuration.md is made of the table", reference_is_of_the_table())
verdict("every setting is on the page", every_setting_is_on_the_page())
for name, words in FORMATTERS.items():
    missing = shutil.which(name) is None
    verdict(f"{name} finds nothing wrong", [] if missing else formatted(name, words), f"{name} is not installed" if missing else None)
verdict("links lead somewhere", links_lead_somewhere())
print(f"1..{len(results)}")
for index, (name, findings, skip) in enumerate(results, 1):
    print(f"{'not ok' if findings else 'ok'} {index} - {name}{' # SKIP ' + skip if skip else ''}")
    for finding in findings:
        print("# " + finding)
