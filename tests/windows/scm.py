#!/usr/bin/env python3
"""scm.py NTOKEND: the service under Wine's service control manager: registered, read back, started, asked, stopped, and taken out again.
What is asked of a whole Windows, windows-install shows."""
import pathlib
import re
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import tap
import wine

wine.only_under_wine("it would register a service on this machine")  # which has no fcntl
import realm

SERVICE = r"HKLM\System\CurrentControlSet\Services\ntokend"
SOURCE = r"HKLM\System\CurrentControlSet\Services\EventLog\Application\ntokend"
WINE_LACKS = ["restart after an error", "SID of its own", "list of required privileges"]


class Setting:
    def __init__(self, program):
        self.program = program
        self.port = realm.free_port()
        self.prefix = wine.Prefix()

    def ntokend(self, *arguments):
        return self.prefix.run(self.program, *arguments, check=False)

    def values(self, key):
        """The values of a key; None when there is none."""
        status, said = self.prefix.run("reg", "query", key, check=False)
        return dict(re.findall(r"^ +(\S+) +REG_\w+ +(.*)$", said, re.MULTILINE)) if status == 0 else None

    def state(self):
        """(state, Windows' code, the service's own)"""
        said = self.prefix.run("sc", "query", "ntokend")[1]
        fields = dict(re.findall(r"^ +(\w+) +: (\w+)", said, re.MULTILINE))
        return int(fields["STATE"]), int(fields["WIN32_EXIT_CODE"]), int(fields["SERVICE_EXIT_CODE"])


STOPPED, RUNNING = 1, 4


def nothing_is_left_of_a_mistake(setting):
    """an account that cannot be given its rights is no service: what was registered is taken away again"""
    status, said = setting.ntokend("--install", "--listen", f"127.0.0.1:{setting.port}")
    tap.equal(status, 1, said)
    tap.true("its account could not be given SeAuditPrivilege and SeImpersonatePrivilege: Windows error" in said,
             f"Wine knows NT SERVICE\\ntokend: let the rest of this test use it: {said}")
    tap.equal((setting.values(SERVICE), setting.values(SOURCE)), (None, None), "what is left")


def registered(setting):
    """--install registers it, with what Wine has of a service's properties, and says which it has not"""
    status, said = setting.ntokend("--install", "--account", "LocalSystem", "--listen", f"127.0.0.1:{setting.port}", "--threads", "1",
                                   "--package", 'a "quoted" name\\')
    tap.equal((status, re.findall("this system has no (.*) for services", said)), (0, WINE_LACKS), said)
    values = setting.values(SERVICE)
    program = "Z:" + str(pathlib.Path(setting.program).resolve()).replace("/", "\\")
    words = [program, "--service", "--listen", f"127.0.0.1:{setting.port}", "--threads", "1", "--package", 'a \\"quoted\\" name\\\\']
    tap.equal(values["ImagePath"], " ".join(f'"{word}"' for word in words), "the command line")
    tap.equal({name: values[name] for name in ("Type", "Start", "ErrorControl", "ObjectName", "PreshutdownTimeout")},
              {"Type": "0x10", "Start": "0x2", "ErrorControl": "0x1", "ObjectName": "LocalSystem", "PreshutdownTimeout": "0xea60"}, "values")
    tap.true("over HTTP" in values["Description"], values)
    tap.equal(setting.values(SOURCE), {"EventMessageFile": r"%SystemRoot%\System32\EventCreate.exe", "TypesSupported": "0x7"}, "its source")


def not_twice(setting):
    """it is not registered twice, and the first stays"""
    before = setting.values(SERVICE)
    status, said = setting.ntokend("--install", "--account", "LocalSystem")
    tap.equal((status, "Windows error 1073" in said, setting.values(SERVICE)), (1, True, before), said)


def no_console(setting):
    """what the manager alone may do fails on a console, with what to do"""
    status, said = setting.ntokend("--service")
    tap.equal((status, "is for the service control manager (Windows error 1063); leave it out" in said), (1, True), said)


def it_runs(setting):
    """it is started, answers, and is stopped"""
    setting.prefix.run("net", "start", "ntokend")
    tap.equal(setting.state()[0], RUNNING, "it is said to run once it answers")
    tap.equal(wine.ask(setting.port, "/livez").json, {"status": "alive"}, "/livez")
    tap.equal(wine.ask(setting.port, "/token").status, 401, "/token")
    setting.prefix.run("sc", "stop", "ntokend")
    wine.until(lambda: setting.state()[0] == STOPPED, setting.state)
    tap.equal(setting.state(), (STOPPED, 0, 0), "it ends without an error")
    tap.true(not realm.accepts(setting.port), "nobody listens")


def it_cannot_run(setting):
    """when it cannot start, the manager hears that it failed, so that it may try again"""
    with socket.create_server(("127.0.0.1", setting.port)):
        setting.prefix.run("net", "start", "ntokend", check=False)
        wine.until(lambda: setting.state()[0] == STOPPED, setting.state)
    tap.equal(setting.state(), (STOPPED, 1066, 1), "an error of the service's own: EXIT_RUNTIME")


def gone(setting):
    """--uninstall stops it and takes it out, with its source; a second time there is none"""
    setting.prefix.run("net", "start", "ntokend")
    status, said = setting.ntokend("--uninstall")
    tap.equal(status, 0, said)
    wine.until(lambda: not realm.accepts(setting.port), "it is stopped")
    wine.until(lambda: setting.values(SERVICE) is None, "it is gone")
    tap.equal(setting.values(SOURCE), None, "its source")
    status, said = setting.ntokend("--uninstall")
    tap.equal((status, "Windows error 1060" in said), (1, True), said)


def main():
    setting = Setting(sys.argv[1])
    try:
        failed = tap.run([nothing_is_left_of_a_mistake, registered, not_twice, no_console, it_runs, it_cannot_run, gone], setting)
    finally:
        setting.prefix.remove()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
