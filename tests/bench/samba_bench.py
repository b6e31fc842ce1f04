#!/usr/bin/python3
"""samba_bench.py [ROUNDS]: Samba's access check on W1 to W4 of engine_bench, through its Python bindings.

Prints nanoseconds of CPU for a call, medians; the last line is what a call of the bindings costs that checks next to nothing.
"""
import statistics
import sys
import time

try:
    from samba import security
    from samba.dcerpc import security as types
except ImportError:
    print("Samba's Python bindings are not installed (Debian: python3-samba)")
    sys.exit(0)

DOMAIN = "S-1-5-21-1004336348-1177238915-682003330"
MAXIMUM_ALLOWED = 0x02000000
CALLS = 200
# As in workloads.c: name, ACEs, SIDs of the token, does the last ACE name the last group, the rights asked for
WORKLOADS = (
    ("W1", 5, 20, True, 1),
    ("W2", 20, 100, True, 1),
    ("W3", 100, 1000, False, 1),
    ("W4", 20, 100, True, MAXIMUM_ALLOWED),
    ("one ACE x 1 SID", 1, 1, False, 1),
)


def token_of(count):
    rids = [1000] + [10000 + 7 * i for i in range(count - 2)] + [500]
    token = types.token()
    token.sids = [types.dom_sid(f"{DOMAIN}-{rid}") for rid in rids[:count]]
    token.num_sids = count
    return token


def descriptor_of(aces, match):
    rids = [50000 + i for i in range(aces)]
    if match:
        rids[-1] = 500
    dacl = "".join(f"(A;;0x1;;;{DOMAIN}-{rid})" for rid in rids)
    return types.descriptor.from_sddl(f"O:{DOMAIN}-1G:{DOMAIN}-2D:{dacl}", types.dom_sid(DOMAIN))


def check(descriptor, token, desired):
    try:
        return security.access_check(descriptor, token, desired)
    except Exception:  # a refusal is an exception here
        return 0


def nanoseconds(descriptor, token, desired):
    start = time.thread_time_ns()
    for _ in range(CALLS):
        check(descriptor, token, desired)
    return (time.thread_time_ns() - start) / CALLS


def main():
    rounds = max(25, int(sys.argv[1])) if len(sys.argv) > 1 else 25
    print(f"Samba's access check, ns (CPU), medians of {rounds} rounds; with the cost of the call from Python")
    for name, aces, sids, match, desired in WORKLOADS:
        token = token_of(sids)
        descriptor = descriptor_of(aces, match)
        if check(descriptor, token, desired) != (1 if match else 0):
            sys.exit(f"{name}: not the answer of the others")
        times = [nanoseconds(descriptor, token, desired) for _ in range(rounds)]
        print(f"{name:16} {statistics.median(times):10.0f}")


main()
