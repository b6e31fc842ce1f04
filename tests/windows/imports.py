#!/usr/bin/env python3
"""imports.py PROGRAM LIST OBJDUMP: the program needs the DLLs of the list, all of which every Windows has, and no others. On Windows, where
other builds of the libraries need others, and the C library has other names, each must be the system's own."""
import os
import pathlib
import re
import subprocess
import sys

program, expected, objdump = sys.argv[1:4]
text = subprocess.run([objdump, "-p", program], check=True, capture_output=True, text=True).stdout
found = {name.lower() for name in re.findall(r"DLL Name: (\S+)", text)}
with open(expected, encoding="ascii") as lines:
    listed = set(lines.read().split())
if os.name == "nt":
    system = pathlib.Path(os.environ["SystemRoot"]) / "System32"
    wrong = {name for name in found if not name.startswith("api-ms-win-") and not (system / name).exists()}
else:
    wrong = found ^ listed
print("1..1")
print(("ok" if found and not wrong else "not ok") + " 1 - the DLLs are the system's own")
for name in sorted(wrong):
    print(f"# {name}: {'needed and not listed' if name in found else 'listed and not needed'}")
