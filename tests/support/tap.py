"""TAP for tests in Python: each case a function, each its own line."""
import sys
import traceback


class Skip(Exception):
    """A case that cannot run here; the reason is its text."""


def run(cases, *arguments):
    """Calls every case with the arguments, in order; its name is its first line of documentation, or its own."""
    print(f"1..{len(cases)}")
    failed = 0
    for number, case in enumerate(cases, 1):
        name = (case.__doc__ or case.__name__).strip().splitlines()[0].rstrip(".")
        try:
            case(*arguments)
            print(f"ok {number} - {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print("#", line)
            sys.stdout.flush()
    return failed


def equal(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what}: got {got!r}, wanted {wanted!r}")


def true(condition, what):
    if not condition:
        raise AssertionError(what)
