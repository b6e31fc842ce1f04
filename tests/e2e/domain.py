#!/usr/bin/python3
"""People of an Active Directory domain ask with real tickets, and get what Windows would answer."""
import http.client
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import realm
import tap
from service import Service

BACKUP_OPERATORS = "S-1-5-32-551"
# [MS-DTYP] 2.4.2.4: what the server adds to a network logon of a domain member.
ADDED_BY_SERVER = {"S-1-1-0", "S-1-5-2", "S-1-5-11", "S-1-5-15"}


def template(sids, denied="dave"):
    """A security template as `secedit /export` writes it: UTF-16LE with a byte order mark."""
    return ("[Unicode]\r\nUnicode=yes\r\n[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n"
            "[Privilege Rights]\r\n"
            "SeNetworkLogonRight = *S-1-5-11\r\n"
            f"SeDenyNetworkLogonRight = *{sids[denied]}\r\n"
            "SeChangeNotifyPrivilege = *S-1-1-0\r\n"
            f"SeSecurityPrivilege = *{sids['engineering']}\r\n"
            f"SeBackupPrivilege = *{BACKUP_OPERATORS}\r\n"
            "[Group Membership]\r\n"
            f"*{BACKUP_OPERATORS}__Members = *{sids['drop-writers']}\r\n").encode("utf-16")


class Setting:
    def __init__(self):
        self.ad = realm.ActiveDirectory()
        self.policy = os.path.join(self.ad.folder, "policy.inf")
        self.install(template(self.ad.sids))
        self.service = Service(self.ad, {"policy": self.policy, "domain_sid": self.ad.domain_sid})
        for name in ("alice", "bob", "dave"):
            self.ad.login(name)

    def install(self, text):
        """Moves a template over the old one, as an operator should."""
        with open(self.policy + ".new", "wb") as out:
            out.write(text)
        os.rename(self.policy + ".new", self.policy)

    def get(self, path, who):
        answer = self.service.negotiate(path, who)
        tap.equal(answer.status, 200, f"GET {path} as {who}")
        return answer.json

    def check(self, who, sddl, *rights, **more):
        body = {"securityDescriptor": sddl, "desiredAccess": rights, "objectType": "file", **more}
        answer = self.service.negotiate("/access-check", who, body)
        tap.equal(answer.status, 200, f"the check of {who}: {answer.body}")
        return answer.json

    def names(self, sids):
        known = {sid: name for name, sid in self.ad.sids.items()}
        return {known[sid] for sid in sids if sid in known}

    def first_token(self, who):
        return realm.run(os.environ["FIRST_TOKEN"], "HTTP@localhost", env=self.ad.environment(who)).strip()


def groups_of(token):
    return {group["sid"] for group in token["groups"]}


def nested_groups_arrive(setting):
    """nested global, universal and domain-local groups arrive in /token"""
    alice, bob = setting.get("/token", "alice"), setting.get("/token", "bob")
    tap.equal(alice["user"]["sid"], setting.ad.sids["alice"], "alice's SID")
    tap.equal(bob["user"]["sid"], setting.ad.sids["bob"], "bob's SID")
    tap.equal(setting.names(groups_of(alice)), {"kernel", "engineering", "staff", "drop-readers", "drop-writers"}, "alice")
    tap.equal(setting.names(groups_of(bob)), {"interns", "staff", "drop-readers"}, "bob")
    tap.true(setting.ad.domain_sid + "-513" in groups_of(bob), "bob is a Domain User")


def server_adds_its_sids(setting):
    """the server adds Everyone, NETWORK, Authenticated Users and This Organization"""
    for who in ("alice", "bob"):
        tap.equal(ADDED_BY_SERVER - groups_of(setting.get("/token", who)), set(), who)


def local_groups_come_from_the_template(setting):
    """local group membership comes from the security template"""
    tap.true(BACKUP_OPERATORS in groups_of(setting.get("/token", "alice")), "alice is a backup operator")
    tap.true(BACKUP_OPERATORS not in groups_of(setting.get("/token", "bob")), "bob is none")


def privileges_come_from_the_template(setting):
    """privileges come from the security template, through domain and local groups"""
    held = {who: {row["name"] for row in setting.get("/privileges", who)["privileges"]} for who in ("alice", "bob")}
    # What the template does not name keeps the defaults of a member server.
    tap.equal(held["bob"], {"SeChangeNotifyPrivilege", "SeIncreaseWorkingSetPrivilege"}, "bob")
    tap.equal(held["alice"] - held["bob"],
              {"SeSecurityPrivilege", "SeBackupPrivilege", "SeRestorePrivilege", "SeShutdownPrivilege"}, "alice")


def drop_folder(setting):
    sids = setting.ad.sids
    return f"O:BAG:BAD:(A;;FR;;;{sids['drop-readers']})(A;;FRFW;;;{sids['drop-writers']})"


def a_check_is_allowed(setting):
    """a right that a nested domain-local group has is allowed"""
    answer = setting.check("alice", drop_folder(setting), "FILE_WRITE_DATA", "FILE_READ_DATA")
    tap.equal((answer["allowed"], answer["grantedAccess"]["mask"]), (True, "0x00000003"), "alice")
    tap.equal(setting.check("bob", drop_folder(setting), "FILE_READ_DATA")["allowed"], True, "bob reads")


def a_check_is_refused(setting):
    """a right that no group has is refused, as an answer and with ERROR_ACCESS_DENIED"""
    answer = setting.check("bob", drop_folder(setting), "FILE_WRITE_DATA")
    tap.equal((answer["allowed"], answer["grantedAccess"]["mask"], answer["win32Error"]), (False, "0x00000000", 5), "bob")


def a_deny_through_a_nested_group_wins(setting):
    """a deny through a nested group comes before the allow"""
    sids = setting.ad.sids
    sddl = f"O:BAG:BAD:(D;;FW;;;{sids['engineering']})(A;;FA;;;{sids['staff']})"
    tap.equal(setting.check("alice", sddl, "FILE_WRITE_DATA")["allowed"], False, "alice")
    tap.equal(setting.check("bob", sddl, "FILE_WRITE_DATA")["allowed"], True, "bob")


def a_privilege_of_the_template_grants(setting):
    """a privilege from the template grants ACCESS_SYSTEM_SECURITY, and nobody gets it without"""
    ask = ("O:BAG:BAD:(A;;FA;;;BA)", "ACCESS_SYSTEM_SECURITY")
    granted, refused = setting.check("alice", *ask), setting.check("bob", *ask)
    tap.equal((granted["allowed"], granted["privilegesUsed"]), (True, ["SeSecurityPrivilege"]), "alice")
    tap.equal((refused["allowed"], refused["privilegesUsed"], refused["win32Error"]), (False, [], 1314), "bob")


def a_refusal_can_be_a_403(setting):
    """?onDeny=403 makes a refusal a status for curl -f"""
    body = {"securityDescriptor": drop_folder(setting), "desiredAccess": ["FILE_WRITE_DATA"], "objectType": "file"}
    refused = setting.service.negotiate("/access-check?onDeny=403", "bob", body)
    tap.equal((refused.status, refused.json["allowed"]), (403, False), "bob")
    tap.equal(setting.service.negotiate("/access-check?onDeny=403", "alice", body).status, 200, "alice")


def network_logon_can_be_denied(setting):
    """whom the template denies the network logon gets in nowhere"""
    answer = setting.service.negotiate("/token", "dave")
    tap.true(answer.status in (401, 403), f"dave: {answer.status}")
    tap.true("dave" not in answer.body and setting.ad.domain_sid not in answer.body, "no word about dave")


def a_new_template_is_taken_up(setting):
    """a template changed on disk counts without a restart; one that cannot be read leaves the last one in force"""
    setting.install(template(setting.ad.sids, "bob"))
    setting.service.until(lambda: setting.service.negotiate("/token", "bob").status != 200, "bob is denied")
    tap.equal(setting.service.negotiate("/token", "dave").status, 200, "dave")
    setting.install(b"[Privilege Rights]\nSeNetworkLogonRight = *S-1-nonsense\n")
    setting.service.until(lambda: setting.service.readiness()[1]["checks"]["policy"] == "stale", "the mistake shows")
    tap.true(setting.service.negotiate("/token", "bob").status != 200, "bob is still denied")
    setting.install(template(setting.ad.sids))
    setting.service.until(lambda: setting.service.negotiate("/token", "bob").status == 200, "bob is back")


def one_libcurl_connection_never_mixes(setting):
    """two users and nobody in turns on one libcurl handle are never taken for each other"""
    turns = ["alice", "bob", "-", "bob", "alice", "alice", "-", "bob"]
    caches = ["-" if who == "-" else "FILE:" + setting.ad.cache(who) for who in turns]
    lines = realm.run(os.environ["ONE_CONNECTION"], setting.service.url + "/token", *caches,
                      env=setting.ad.environment("nobody")).splitlines()
    tap.equal(len(lines), len(turns), "answers")
    opened = [line.split(" ")[1] for line in lines]
    tap.equal(opened[0], "1", "the first connects")
    # newer ones take another connection for nobody, once a ticket was shown on it; the others share one all the same
    tap.true(opened[1] == "0" and opened.count("0") >= len(turns) - 2, f"connections opened by each: {opened}")
    for who, line in zip(turns, lines):
        status, _, body = line.split(" ", 2)
        if who == "-":
            tap.equal(status, "401", "nobody")
        else:
            tap.equal((status, json.loads(body)["user"]["sid"]), ("200", setting.ad.sids[who]), who)


def one_connection_never_mixes(setting):
    """two users and nobody in turns on one raw connection are never taken for each other"""
    connection = http.client.HTTPConnection("localhost", setting.service.port, timeout=20)
    connection.connect()
    socket = connection.sock
    for who in ("alice", "bob", None, "alice", None, "bob", "alice"):
        headers = {"Authorization": "Negotiate " + setting.first_token(who)} if who else {}
        connection.request("GET", "/token", headers=headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        tap.true(connection.sock is socket, "the connection was kept")
        if who:
            tap.equal((answer.status, body["user"]["sid"]), (200, setting.ad.sids[who]), who)
        else:
            tap.equal(answer.status, 401, "nobody")
    connection.close()


def a_batch_keeps_going(setting):
    """a batch answers the good items beside a bad one"""
    sddl = drop_folder(setting)
    checks = [{"securityDescriptor": sddl, "desiredAccess": ["FILE_READ_DATA"], "objectType": "file"},
              {"securityDescriptor": "O:BAG:BAD:(A;;", "desiredAccess": ["FILE_READ_DATA"], "objectType": "file"},
              {"securityDescriptor": sddl, "desiredAccess": ["FILE_WRITE_DATA"], "objectType": "file"}]
    answer = setting.service.negotiate("/access-check/batch", "bob", {"checks": checks})
    tap.equal(answer.status, 200, answer.body)
    tap.equal([result.get("allowed") for result in answer.json["results"]], [True, None, False], "results")


def it_ends_well(setting):
    """SIGTERM ends the service with status 0"""
    tap.equal(setting.service.stop(), 0, "status")


def main():
    setting = Setting()
    try:
        tap.run([nested_groups_arrive, server_adds_its_sids, local_groups_come_from_the_template,
                 privileges_come_from_the_template, a_check_is_allowed, a_check_is_refused,
                 a_deny_through_a_nested_group_wins, a_privilege_of_the_template_grants, a_refusal_can_be_a_403,
                 network_logon_can_be_denied, a_batch_keeps_going, a_new_template_is_taken_up,
                 one_libcurl_connection_never_mixes, one_connection_never_mixes, it_ends_well], setting)
    finally:
        setting.service.stop()
        setting.ad.stop()


if __name__ == "__main__":
    main()
