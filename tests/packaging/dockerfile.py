#!/usr/bin/env python3
"""dockerfile.py SOURCE [MIRROR]: does the Dockerfile build, and does what it makes run? There need be no Docker: each stage is a folder that
debootstrap fills, RUN is run in it with chroot, COPY copies, and at the end ENTRYPOINT is started as USER. By hand, as root, with a mirror of
Debian: some minutes. Knows the instructions that our Dockerfile has, and stops at any other."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1]).resolve()
MIRROR = sys.argv[2:3]
SIZE_MAX_MB = 250  # of which a minimal Debian is 160


def instructions():
    text = re.sub(r"(?m)^#.*\n", "", (SOURCE / "Dockerfile").read_text()).replace("\\\n", " ")
    for line in filter(str.strip, text.splitlines()):
        word, _, rest = line.strip().partition(" ")
        yield word, rest.strip()


def run(root, command, **more):
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(["chroot", *more.pop("options", []), str(root), *command], check=True, env=environment, **more)


def base(folder, name):
    """A stage's FROM: debian:bookworm-slim is what debootstrap makes, once."""
    first = folder / "debian"
    if not first.exists():
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(first), *MIRROR], check=True, stdout=subprocess.DEVNULL)
        for file in ("sources.list", "sources.list.d", "apt.conf.d", "auth.conf.d"):
            here, there = pathlib.Path("/etc/apt", file), first / "etc/apt" / file
            if MIRROR == [] and here.is_file():
                shutil.copy(here, there)
            elif MIRROR == [] and here.is_dir():
                shutil.copytree(here, there, dirs_exist_ok=True)
        shutil.copy("/etc/resolv.conf", first / "etc/resolv.conf")
    subprocess.run(["cp", "-a", str(first), str(folder / name)], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", str(folder / name / "proc")], check=True)
    return folder / name


def copy(stages, root, words):
    origin = SOURCE
    if words[0].startswith("--from="):
        origin = stages[words.pop(0)[len("--from="):]]
    source, target = origin / words[0].lstrip("/"), root / words[1].lstrip("/")
    if words[0] == ".":
        shutil.copytree(origin, target, ignore=shutil.ignore_patterns("build*", ".git", ".cache"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def build(folder):
    stages, settings, root = {}, {}, None
    for word, rest in instructions():
        print(f"# {word} {rest[:100]}", flush=True)
        if word == "FROM":
            name = rest.split(" AS ")[1] if " AS " in rest else "last"
            root = stages[name] = base(folder, name)
        elif word == "RUN":
            run(root, ["/bin/sh", "-c", rest], stdout=subprocess.DEVNULL)
        elif word == "COPY":
            copy(stages, root, rest.split())
        elif word in ("ENV", "USER", "VOLUME", "EXPOSE", "ENTRYPOINT", "CMD"):
            settings[word] = rest
        else:
            sys.exit(f"dockerfile: {word} is new; teach it to tests/packaging/dockerfile.py")
    return root, settings


def size_of(root):
    """Without what the host lends: megabytes."""
    subprocess.run(["umount", str(root / "proc")], check=True)
    return int(subprocess.run(["du", "-smx", str(root)], check=True, capture_output=True, text=True).stdout.split()[0])


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ntokend-image-"))
    print("1..3")
    try:
        root, settings = build(folder)
        entry, user = json.loads(settings["ENTRYPOINT"]), settings["USER"]
        options = [f"--userspec={user}", "--groups="]
        said = run(root, [*entry, "--version"], options=options, capture_output=True, text=True).stdout
        print(f"{'ok' if said.startswith('ntokend ') else 'not ok'} 1 - it runs as {user}: {said.strip()}")
        check = subprocess.run(["chroot", *options, str(root), *entry, "--check", "--audit", "sqlite:/var/lib/ntokend/audit.db", "--keytab", "/none"],
                               capture_output=True, text=True)
        good = check.returncode == 2 and check.stderr.count("\n") == 1 and "keytab" in check.stderr
        print(f"{'ok' if good else 'not ok'} 2 - it may write its log, and lacks nothing but a keytab\n# {check.stderr.strip()}")
        size = size_of(root)
        print(f"{'ok' if size < SIZE_MAX_MB else 'not ok'} 3 - the image is small: {size} MB")
    finally:
        for name in os.listdir(folder):
            subprocess.run(["umount", str(folder / name / "proc")], stderr=subprocess.DEVNULL)
        shutil.rmtree(folder)


main()
