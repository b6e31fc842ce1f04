#!/usr/bin/python3
"""pac_samba.py PAC_TOOL: what Samba's own NDR makes of PACs that the test encoder wrote, and what the decoder makes of PACs
that Samba wrote. One TAP line a PAC and direction. Samba 4.17 knows no device and no claims; those lines are left out."""
import pathlib
import struct
import subprocess
import sys
import tempfile

TOOL = sys.argv[1]
ORDER = [1, 12, 13, 14, 15, 18]  # the types of struct pac_buffers, in its order
KNOWN = [1, 12, 18]
LEFT_OUT = ("user_claim ", "device")
DOMAIN = "S-1-5-21-1111-2222-3333"

try:
    from samba.dcerpc import krb5pac, netlogon, samr, security
    from samba.ndr import ndr_pack, ndr_unpack
except ImportError as missing:
    print(f"1..1\nok 1 - pac_samba # SKIP {missing}")
    sys.exit(0)


def tool(*words):
    return subprocess.run([TOOL, *map(str, words)], check=True, capture_output=True).stdout.decode()


def file_to_buffers(path):
    raw, at, buffers = path.read_bytes(), 0, {}
    for kind in ORDER:
        size, = struct.unpack_from("<I", raw, at)
        buffers[kind] = raw[at + 4:at + 4 + size]
        at += 4 + size
    return buffers


def buffers_to_file(buffers, path):
    path.write_bytes(b"".join(struct.pack("<I", len(buffers.get(kind, b""))) + buffers.get(kind, b"") for kind in ORDER))


def to_pactype(buffers):
    """[MS-PAC] 2.3: a table of type, size and offset, then the buffers at multiples of 8."""
    there = [(kind, buffers[kind]) for kind in KNOWN if buffers.get(kind)]
    head, body = struct.pack("<II", len(there), 0), b""
    start = len(head) + 16 * len(there)
    for kind, data in there:
        head += struct.pack("<IIQ", kind, len(data), start + len(body))
        body += data + b"\0" * (-len(data) % 8)
    return head + body


def from_pactype(raw):
    count, = struct.unpack_from("<I", raw)
    rows = [struct.unpack_from("<IIQ", raw, 8 + 16 * i) for i in range(count)]
    return {kind: raw[offset:offset + size] for kind, size, offset in rows}


def logon_lines(logon):
    info3, resource = logon.info3, logon.resource_groups
    base = info3.base
    rids = [(g.rid, g.attributes) for g in (base.groups.rids or [])]
    extra = [(str(s.sid), s.attributes) for s in (info3.sids or [])] if base.user_flags & 0x20 else []
    user = f"{base.domain_sid}-{base.rid}" if base.rid else extra.pop(0)[0]
    yield "user", user
    yield "domain", base.domain_sid
    yield "account_name", base.account_name.string
    yield "domain_name", base.logon_domain.string
    yield "upn", None  # the places of what other buffers say
    yield "dns_domain", None
    yield "user_flags", f"{base.user_flags:x}"
    yield "primary_group_rid", base.primary_gid
    groups = {rid: bits for rid, bits in reversed(rids)}
    ordered = [base.primary_gid] if base.primary_gid else []
    ordered += [rid for rid in dict.fromkeys(rid for rid, _ in rids) if rid != base.primary_gid]
    for rid in ordered:
        yield "group", f"{base.domain_sid}-{rid}:{groups.get(rid, 7):x}"
    for sid, bits in extra:
        yield "extra", f"{sid}:{bits:x}"
    for group in (resource.groups.rids or []) if base.user_flags & 0x200 else []:
        yield "resource", f"{resource.domain_sid}-{group.rid}:{group.attributes | 0x20000000:x}"


def samba_text(pac):
    """The lines of pac_to_text, from Samba's reading."""
    facts = {entry.type: entry.info for entry in pac.buffers}
    lines = []
    for name, value in logon_lines(facts[1].info):
        if name == "upn" and 12 in facts:
            value = facts[12].upn_name
        if name == "dns_domain" and 12 in facts:
            value = facts[12].dns_domain_name
        if value not in (None, ""):
            lines.append(f"{name} {value}\n")
    return "".join(lines)


def without(text, prefixes):
    return "".join(line for line in text.splitlines(True) if not line.startswith(prefixes))


def sid_rows(rows):
    made = []
    for sid, bits in rows:
        row = netlogon.netr_SidAttr()
        row.sid, row.attributes = security.dom_sid(sid), bits
        made.append(row)
    return made


def rid_rows(rows):
    made = []
    for rid, bits in rows:
        row = samr.RidWithAttribute()
        row.rid, row.attributes = rid, bits
        made.append(row)
    return made


def samba_made(groups, extra, resource, name):
    """A PAC out of Samba's own structures."""
    logon = krb5pac.PAC_LOGON_INFO()
    base = logon.info3.base
    base.account_name.string, base.full_name.string, base.logon_domain.string = name, "N\u00e4me \U0001f511", "WG"
    base.logon_script.string = base.profile_path.string = base.home_directory.string = base.home_drive.string = ""
    base.logon_server.string = "DC"
    base.domain_sid = security.dom_sid(DOMAIN)
    base.rid, base.primary_gid, base.user_flags = 1234, 513, 0x220
    base.groups.rids, base.groups.count = rid_rows(groups), len(groups)
    logon.info3.sids, logon.info3.sidcount = sid_rows(extra), len(extra)
    if resource:
        logon.resource_groups.domain_sid = security.dom_sid(DOMAIN)
        logon.resource_groups.groups.rids = rid_rows(resource)
        logon.resource_groups.groups.count = len(resource)
    control = krb5pac.PAC_LOGON_INFO_CTR()
    control.info = logon
    entry = krb5pac.PAC_BUFFER()
    entry.type, entry.info = 1, control
    pac = krb5pac.PAC_DATA()
    pac.version, pac.num_buffers, pac.buffers = 0, 1, [entry]
    return pac


MADE = {
    "made by Samba, no lists": ([], [], [], "dora"),
    "made by Samba, all lists": ([(513, 7), (1600, 7)], [("S-1-18-1", 7), ("S-1-5-21-9-9-9-1", 7)], [(2000, 7)], "dora"),
    "made by Samba, 300 groups": ([(3000 + i, 7) for i in range(300)], [], [(2000, 7), (2001, 7)], "\u00e9mile"),
    "made by Samba, 500 extra SIDs": ([(513, 7)], [(f"S-1-5-21-9-9-9-{i}", 7) for i in range(1, 501)], [], "x" * 200),
}


def rows(folder):
    for name in tool("list").split():
        path = folder / name
        tool("write", name, path)
        pac = ndr_unpack(krb5pac.PAC_DATA, to_pactype(file_to_buffers(path)))
        expected = without(tool("expect", name), LEFT_OUT)
        yield f"Samba reads {name}", expected, samba_text(pac)
        again = folder / (name + "-again")
        buffers_to_file(from_pactype(ndr_pack(pac)), again)
        yield f"Samba writes {name}", expected, tool("read", again)
    for name, what in MADE.items():
        pac = samba_made(*what)
        path = folder / "made"
        buffers_to_file(from_pactype(ndr_pack(pac)), path)
        yield name, samba_text(pac), tool("read", path)


def main():
    number = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, expected, got) in enumerate(rows(pathlib.Path(folder)), 1):
            print(f"{'ok' if expected == got else 'not ok'} {number} - {name}")
            if expected != got:
                print("".join(f"# {line}\n" for line in ["expected:", *expected.splitlines(), "got:", *got.splitlines()]), end="")
    print(f"1..{number}")


main()
