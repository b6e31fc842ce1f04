#!/usr/bin/env python3
"""service.py NTOKEND: the service itself as a console program: it answers, asks who is there, keeps its port to itself and stops when it
is told to."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import tap
import wine

NTOKEND = sys.argv[1]


def words(service):
    """--version and --help; settings of Windows alone are named and taken"""
    answer = wine.run(NTOKEND, "--version")
    tap.true(answer[0] == 0 and answer[1].startswith("ntokend "), answer)
    answer = wine.run(NTOKEND, "--help")
    tap.true("  package " in answer[1] and "  keytab " not in answer[1] and "--install" in answer[1], answer)
    answer = wine.run(NTOKEND, "--keytab", "x")
    tap.true(answer[0] == 2 and "keytab: is not a setting" in answer[1], answer)


def it_answers(service):
    """it answers without asking who is there where it need not"""
    answer = wine.ask(service.listen().port, "/livez")
    tap.equal((answer.status, answer.json), (200, {"status": "alive"}), "/livez")
    answer = wine.ask(service.port, "/version")
    tap.equal((answer.status, answer.json["name"]), (200, "ntokend"), "/version")


def strangers(service):
    """a stranger is asked who it is, and a token that is none is refused"""
    for headers in ({}, {"Authorization": "Negotiate AAAA"}):
        answer = wine.ask(service.port, "/token", headers=headers)
        tap.equal((answer.status, answer.headers["WWW-Authenticate"]), (401, "Negotiate"), headers)


def one_connection(service):
    """twenty requests over one connection"""
    with wine.Connection(service.port) as connection:
        tap.equal([connection.ask("/livez").status for _ in range(20)], [200] * 20, "statuses")


def many(service, count=80):
    """more connections at once than Windows' own size of a set, 64, has room for"""
    def one(ready):
        with wine.Connection(service.port) as connection:
            connection.connection.connect()
            ready()
            return connection.ask("/livez").status

    tap.equal(wine.at_once(count, one), [200] * count, "statuses")


def port_is_taken(service):
    """a second service does not get the same port"""
    second = wine.Console(NTOKEND, {"listen": f"127.0.0.1:{service.port}"})
    try:
        tap.equal(second.process.wait(wine.START_SECONDS), 1, "status")
        tap.true(second.events("listen-failed"), second.log())
    finally:
        second.kill()


def control_c(service):
    """Ctrl-C stops it, and every line of its log is JSON"""
    log, status = service.stop()
    tap.equal((status, [entry["event"] for entry in log][-2:]), (0, ["stopping", "stopped"]), log)
    tap.equal([entry for entry in log if entry["event"] == "not JSON"], [], "its log")


def main():
    subprocess.run([*wine.WRAPPED, "cmd", "/c", "exit"], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    service = wine.Console(NTOKEND, {"listen": "127.0.0.1:0", "threads": "2", "drain": "5"})
    try:
        failed = tap.run([words, it_answers, strangers, one_connection, many, port_is_taken, control_c], service)
    finally:
        service.kill()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
