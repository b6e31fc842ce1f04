#!/usr/bin/env python3
"""imports.py PROGRAM LIST OBJDUMP: the program needs the DLLs of the list, all of which every Windows has, and no others."""
import re
import subprocess
import sys

program, expected, objdump = sys.argv[1:4]
text = subprocess.run([objdump, "-p", program], check=True, capture_output=True, text=True).stdout
found = sorted({name.lower() for name in re.findall(r"DLL Name: (\S+)", text)})
with open(expected, encoding="ascii") as lines:
    listed = lines.read().split()
print("1..1")
print(("ok" if found == listed and found else "not ok") + " 1 - the DLLs are those of imports.txt")
for name in sorted(set(found) ^ set(listed)):
    print(f"# {name}: {'needed and not listed' if name in found else 'listed and not needed'}")
