#!/usr/bin/env python3
"""path.py NTOKEND PACKAGE: the unmodified service under Wine, with a security package that says who somebody is (test_negotiate.h): HTTP,
Negotiate, an impersonated token, Windows' own functions on it, and JSON."""
import base64
import pathlib
import re
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import tap
import wine

ADMINISTRATORS, USERS = "S-1-5-32-544", "S-1-5-32-545"
TYPE = "bf967aba-0de6-11d0-a285-00aa003049e2"
OBJECT_ACE = f"O:BAG:BAD:(OA;;CC;{TYPE};;WD)"
CONDITIONAL_ACE = "O:BAG:BAD:(XA;;FA;;;WD;(Member_of {SID(BA)}))"
READ = ["FILE_READ_DATA"]
LOG_PER_SECOND = 10  # of what callers cause at will; base/log.h
PROVIDERS = r"HKLM\System\CurrentControlSet\Control\SecurityProviders"

# What Wine answers as Windows does: who, descriptor, rights, what is granted, or the error that refuses.
RIGHT = [
    ("alice", "O:BAG:BAD:(A;;FR;;;BA)", READ, 0x1),
    ("bob", "O:BAG:BAD:(A;;FR;;;BA)", READ, "ERROR_ACCESS_DENIED"),  # his administrators are for denying alone
    ("bob", "O:BAG:BAD:(A;;FR;;;BU)", READ, 0x1),
    ("carol", "O:BAG:BAD:(A;;FR;;;BU)", READ, "ERROR_ACCESS_DENIED"),
    ("alice", "O:BAG:BAD:(D;;FR;;;BU)(A;;FA;;;WD)", READ, "ERROR_ACCESS_DENIED"),
    ("alice", "O:BAG:BAD:(A;;FR;;;BU)", ["FILE_READ_DATA", "FILE_WRITE_DATA"], "ERROR_ACCESS_DENIED"),
    ("alice", "O:BAG:BAD:(A;IO;FA;;;BU)", READ, "ERROR_ACCESS_DENIED"),
    ("alice", "O:BAG:BA", ["FILE_WRITE_DATA"], 0x2),
    ("alice", "O:BAG:BAD:", READ, "ERROR_ACCESS_DENIED"),
    ("alice", "O:BAG:BAD:", ["READ_CONTROL", "WRITE_DAC"], 0x60000),
    ("bob", "O:BAG:BAD:", ["READ_CONTROL", "WRITE_DAC"], "ERROR_ACCESS_DENIED"),  # he is no owner either
    ("carol", "O:SYG:SYD:(A;;FR;;;WD)", ["ACCESS_SYSTEM_SECURITY"], 0x1000000),
    ("alice", "O:SYG:SYD:(A;;FR;;;WD)", ["ACCESS_SYSTEM_SECURITY"], "ERROR_PRIVILEGE_NOT_HELD"),
]
# What Wine answers otherwise than Windows, each with what Windows says: the mask, 0 for no. The shadow must notice each of them.
WRONG = [
    ("a deny that names a group for denying alone", "carol", "O:SYG:SYD:(D;;FR;;;BU)(A;;FA;;;WD)", READ, 0),
    ("an owner may not delete", "alice", "O:BAG:BAD:", ["DELETE"], 0),
    ("an owner's MAXIMUM_ALLOWED", "alice", "O:BAG:BAD:(A;;FR;;;BU)", ["MAXIMUM_ALLOWED"], 0x160089),
    ("a generic right of an ACE, which only stands for others once an object has it", "alice", "O:SYG:SYD:(A;;GR;;;BU)", READ, 0),
    ("an integrity label", "alice", "O:SYG:SYD:(A;;FR;;;BU)S:(ML;;NR;;;SI)", READ, 0),
]
# What Wine's functions cannot do: the call fails, once with an output that says yes. Descriptors go as bytes, since Wine's SDDL lacks them.
FAILING = [
    ("an object ACE", OBJECT_ACE, {}),
    ("a conditional ACE", CONDITIONAL_ACE, {}),
    ("AccessCheckByType, which returns FALSE with status TRUE", None, {"objectTypes": [{"level": 0, "guid": TYPE}]}),
    ("a principal self", None, {"principalSelf": "S-1-1-0"}),
]
# SDDL that Wine reads otherwise than Windows: the text, what Windows makes of it (None: that text), and Wine.
LACKING = "RPC_S_INVALID_STRING_UUID"
SDDL_WRONG = [
    ("another order of the parts", "O:BAG:BAD:(A;;FR;;;BA)", None, "O:BAG:BAD:(A;;FR;;;BA)"),
    ("an object ACE", OBJECT_ACE, None, LACKING),
    ("an object ACE that denies", OBJECT_ACE.replace("OA", "OD"), None, LACKING),
    ("an object ACE that audits", f"S:(OU;SA;CC;{TYPE};;WD)", None, LACKING),
    ("a conditional ACE", CONDITIONAL_ACE, None, LACKING),
    ("a conditional ACE that denies", CONDITIONAL_ACE.replace("XA", "XD"), None, LACKING),
    ("a resource attribute", 'S:(RA;;;;;WD;("a",TI,0x0,1))', None, LACKING),
    ("a NULL DACL, which becomes one that grants nothing", "O:BAG:BAD:NO_ACCESS_CONTROL", None, "O:BAG:BAD:"),
    ("a part that comes twice", "D:D:(A;;FR;;;WD)", "ERROR_INVALID_ACL", "D:(A;;FR;;;WD)"),
]


def leg(number, words):
    return {"Authorization": "Negotiate " + base64.b64encode(f"TestNegotiate {number} {words}".encode()).decode()}


def reply(answer):
    """What the package said to the client."""
    scheme, _, token = answer.headers["WWW-Authenticate"].partition(" ")
    return scheme, base64.b64decode(token).decode()


def check(descriptor="O:BAG:BAD:(A;;FR;;;WD)", rights=(*READ,), **more):
    return {"securityDescriptor": descriptor, "objectType": "file", "desiredAccess": list(rights), **more}


class Setting:
    def __init__(self, program, package):
        self.prefix = wine.Prefix()
        try:
            shutil.copy(package, self.prefix.system32("testnegotiate.dll"))
            self.prefix.value(PROVIDERS, "SecurityProviders", "testnegotiate.dll")
            self.service = wine.Console(program, {"listen": "127.0.0.1:0", "package": "TestNegotiate", "shadow_check": "yes",
                                                  "log_level": "debug"}, self.prefix.path)
            self.service.listen()
        except BaseException:
            self.prefix.remove()
            raise

    def ask(self, who, path, body=None, method=None, headers=()):
        return wine.ask(self.service.port, path, method, body, {**leg(0, who), **dict(headers)})

    def answer(self, who, path, body=None, method=None, status=200):
        answer = self.ask(who, path, body, method)
        tap.equal(answer.status, status, (who, path, body, answer.body))
        return answer.json

    def bytes(self, text):
        """A descriptor by the engine, which reads where a request says what the aliases of a domain stand for."""
        body = {"securityDescriptor": text, "domainSid": "S-1-5-21-1-2-3", "to": "bytes"}
        return {"base64": self.answer("alice", "/security-descriptor", body)["base64"]}

    def differences(self):
        return self.service.events("shadow-check-differs")

    def refused(self, answer, what):
        """401 in the very words that a stranger hears."""
        stranger = wine.ask(self.service.port, "/token")
        tap.equal((answer.status, answer.headers["WWW-Authenticate"], answer.body), (401, "Negotiate", stranger.body), what)

    def reasons(self):
        return [event["reason"] for event in self.service.events("authentication-refused")]


def it_says_what_it_lacks(setting):
    """a process without SeAuditPrivilege says so at the start, and what to do"""
    lacking = {event["privilege"]: event for event in setting.service.events("privilege-missing")}
    tap.equal(list(lacking), ["SeAuditPrivilege"], "Wine's account holds SeImpersonatePrivilege alone")
    tap.true("generate security audits" in lacking["SeAuditPrivilege"]["remedy"], lacking)
    answer = wine.ask(setting.service.port, "/readyz")
    tap.equal((answer.status, answer.json["checks"]["keys"], answer.json["checks"]["audit"]), (503, "ok", "failing"), answer.body)


def strangers_do_not_fill_the_log(setting):
    """whoever asks /readyz, which needs no ticket, has the log say the same thing ten times a second at most"""
    before, start = len(setting.service.events("audit-log-unreadable")), time.monotonic()
    for _ in range(60):
        wine.ask(setting.service.port, "/readyz")
    lines = len(setting.service.events("audit-log-unreadable")) - before
    tap.true(0 < lines <= LOG_PER_SECOND * (int(time.monotonic() - start) + 2), f"{lines} lines")


def the_token_decides_who(setting):
    """the token of the client is impersonated, opened and shown: groups, privileges and names of each"""
    shown = {who: setting.answer(who, "/token") for who in ("alice", "bob", "carol")}
    for who, token in shown.items():
        tap.equal((token["names"]["principal"], token["type"], token["impersonationLevel"], token["authentication"]),
                  (who + "@TEST", "impersonation", "impersonation", "TestNegotiate"), who)
    groups = {who: {group["sid"]: group["attributes"] for group in token["groups"]} for who, token in shown.items()}
    for who, group, usable in (("alice", ADMINISTRATORS, True), ("alice", USERS, True), ("bob", ADMINISTRATORS, False),
                               ("bob", USERS, True), ("carol", ADMINISTRATORS, True), ("carol", USERS, False)):
        tap.equal(("ENABLED" in groups[who][group], "USE_FOR_DENY_ONLY" in groups[who][group]), (usable, not usable), (who, group))
    privileges = {who: {row["name"]: row["attributes"] for row in setting.answer(who, "/privileges")["privileges"]} for who in shown}
    tap.equal(list(privileges["bob"]), ["SeChangeNotifyPrivilege"], "bob")
    tap.equal((privileges["alice"]["SeSecurityPrivilege"], privileges["carol"]["SeSecurityPrivilege"]), ([], ["ENABLED"]), "alice, carol")


def who_proves_nobody_is_refused(setting):
    """whom the package does not prove, or by NTLM, or who cannot be impersonated, gets 401 without a word, and the log the reason"""
    for words, reason in (("mallory", "logon-denied"), ("alice ntlm", "ntlm"), ("alice null-session", "bad-flags"),
                          ("alice anonymous", "ERROR_LOGON_FAILURE"), ("alice impersonate", "ERROR_LOGON_FAILURE"),
                          ("alice no-such-flaw", "malformed")):
        setting.refused(setting.ask(words, "/token"), words)
        tap.equal(setting.reasons()[-1], reason, words)
    tap.equal(len(setting.service.events("impersonation-failed")), 1, "it is logged which call failed")
    tap.equal(setting.answer("alice nameless", "/token")["names"]["principal"], setting.answer("alice nameless", "/token")["user"]["name"],
              "without a name of the package's the account's serves")


def two_legs(setting):
    """two legs on one connection end in a token, and the server's last word goes to the client"""
    with wine.Connection(setting.service.port) as connection:
        first = connection.ask("/token", headers=leg(1, "bob"))
        tap.equal(first.status, 401, "the first leg")
        number = re.fullmatch("TestNegotiate 2 ([0-9]+)", reply(first)[1]).group(1)
        second = connection.ask("/token", headers=leg(3, number))
        tap.equal((second.status, reply(second), second.json["names"]["principal"]), (200, ("Negotiate", "TestNegotiate 4"), "bob@TEST"),
                  "the second leg")
        setting.refused(connection.ask("/token"), "and whoever comes next on the connection is nobody")


def legs_belong_to_a_connection(setting):
    """a handshake that is half done belongs to its connection and its next request alone"""
    with wine.Connection(setting.service.port) as one, wine.Connection(setting.service.port) as other:
        number = reply(one.ask("/token", headers=leg(1, "alice")))[1].split()[2]
        setting.refused(other.ask("/token", headers=leg(3, number)), "on another connection")
        tap.equal(one.ask("/token", headers=leg(3, number)).status, 200, "on its own")
        number = reply(one.ask("/token", headers=leg(1, "alice")))[1].split()[2]
        reply(other.ask("/token", headers=leg(1, "bob")))
        setting.refused(other.ask("/token", headers=leg(3, number)), "the number of another's")
        tap.equal(setting.reasons()[-1], "replay", "out of sequence")
        setting.refused(one.ask("/token"), "a request without a token in between")
        setting.refused(one.ask("/token", headers=leg(3, number)), "has ended the handshake")


def an_identity_ends_with_its_request(setting):
    """on one connection each request is who it says, whatever came before"""
    with wine.Connection(setting.service.port) as connection:
        for who in ("alice", "bob", "carol", "alice"):
            tap.equal(connection.ask("/token", headers=leg(0, who)).json["names"]["principal"], who + "@TEST", who)
        setting.refused(connection.ask("/token"), "without a token")
        setting.refused(connection.ask("/token", headers=leg(0, "alice impersonate")), "an impersonation that fails")
        setting.refused(connection.ask("/token"), "leaves nobody behind")
        primary = connection.ask("/token/primary", headers=leg(0, "alice")).json
        tap.equal((primary["type"], "principal" in primary["names"]), ("primary", False), "the service is itself after all of them")


def privileges(setting):
    """PrivilegeCheck on the caller's token: all, any, none"""
    for who, names, every, held in (("alice", ["SeChangeNotifyPrivilege"], True, True), ("alice", ["SeSecurityPrivilege"], True, False),
                                    ("carol", ["SeSecurityPrivilege", "SeChangeNotifyPrivilege"], True, True),
                                    ("alice", ["SeSecurityPrivilege", "SeChangeNotifyPrivilege"], True, False),
                                    ("alice", ["SeSecurityPrivilege", "SeChangeNotifyPrivilege"], False, True),
                                    ("bob", ["SeSecurityPrivilege", "SeBackupPrivilege"], False, False)):
        answer = setting.answer(who, "/privileges/check", {"privileges": names, "all": every})
        tap.equal(answer["held"], held, (who, names, every))


def sessions(setting):
    """a session keeps its token, bearer or cookie, and AdjustTokenPrivileges changes what its checks answer"""
    port = setting.service.port
    security = check("O:SYG:SYD:(A;;FR;;;WD)", ["ACCESS_SYSTEM_SECURITY"])
    opened = setting.ask("alice", "/session", method="POST")
    bearer = {"Authorization": "Bearer " + opened.json["token"]}
    tap.equal(wine.ask(port, "/access-check", body=security, headers=bearer).json["win32ErrorName"], "ERROR_PRIVILEGE_NOT_HELD", "at first")
    changed = wine.ask(port, "/privileges", "PATCH", {"enable": ["SeSecurityPrivilege"]}, bearer)
    tap.equal(changed.status, 200, changed.body)
    tap.equal(wine.ask(port, "/access-check", body=security, headers=bearer).json["privilegesUsed"], ["SeSecurityPrivilege"], "enabled")
    tap.equal(setting.answer("alice", "/access-check", security)["allowed"], False, "in the session alone")
    tap.equal(wine.ask(port, "/privileges", "PATCH", {"remove": ["SeSecurityPrivilege"]}, bearer).status, 200, "removed")
    lost = wine.ask(port, "/privileges", "PATCH", {"enable": ["SeSecurityPrivilege"]}, bearer)
    tap.equal((lost.status, lost.json["notAllAssigned"]), (200, True), lost.body)
    tap.equal(wine.ask(port, "/access-check", body=security, headers=bearer).json["allowed"], False, "it does not come back")
    tap.equal(wine.ask(port, "/session", "DELETE", headers=bearer).status, 204, "the end")
    setting.refused(wine.ask(port, "/token", headers=bearer), "after the end")


def a_cookie(setting):
    """a browser's session is a cookie"""
    port = setting.service.port
    cookie = setting.ask("bob", "/session", method="POST").headers["Set-Cookie"].split(";")[0]
    shown = wine.ask(port, "/token", headers={"Cookie": cookie})
    tap.equal((shown.status, shown.json["names"]["principal"]), (200, "bob@TEST"), shown.body)


def checks(setting):
    """AccessCheck on the impersonated token: Wine and the engine agree, row by row"""
    before = len(setting.differences())
    for who, descriptor, rights, wanted in RIGHT:
        answer = setting.answer(who, "/access-check", check(descriptor, rights))
        got = int(answer["grantedAccess"]["mask"], 16) if answer["allowed"] else answer["win32ErrorName"]
        tap.equal(got, wanted, (who, descriptor, rights))
    tap.equal(setting.differences()[before:], [], "the shadow sees no difference")


def the_shadow_notices(setting):
    """where Wine answers otherwise than Windows the shadow says so, with Windows' answer, and had looked at all others too"""
    for number, (name, who, descriptor, rights, windows) in enumerate(WRONG):
        before = len(setting.differences())
        answer = setting.answer(who, "/access-check", check(descriptor, rights))
        news = setting.differences()[before:]
        tap.equal(len(news), 1, name)
        tap.equal((news[0]["engineGranted"], news[0]["systemGranted"]), (windows, int(answer["grantedAccess"]["mask"], 16)), name)
        tap.true(news[0]["systemGranted"] != windows, f"{name}: Wine answers rightly: move it")
        tap.equal(news[0]["differing"], before + 1, "they are counted")
        tap.true(news[0]["checked"] > len(RIGHT) + number, f"{name}: as are all checks: {news[0]['checked']}")


def what_fails_is_no_yes(setting):
    """what Wine's functions cannot do ends in an error and never in a yes, also by one of many"""
    time.sleep(1)  # the log of what the shadow saw before
    for name, descriptor, more in FAILING:
        body = check(setting.bytes(descriptor), **more) if descriptor else check(**more)
        answer = setting.ask("alice", "/access-check", body)
        tap.equal((answer.status, "allowed" in answer.json), (500, False), (name, answer.body))
        tap.equal(setting.differences()[-1]["systemError"], "ERROR_GEN_FAILURE", name)
    failed = [(event["call"], event["error"]) for event in setting.service.events("system-call-failed")]
    tap.equal(failed, [("AccessCheck", 998)] * 2 + [("AccessCheckByType", 0)] * 2, "the log has the error of Windows, where it gives one")


def result_lists(setting):
    """AccessCheckByTypeResultList"""
    raise tap.Skip("Wine has no such function: calling it ends the program; windows-access shows how it is called")


def a_batch(setting):
    """a batch answers each of its checks, and one that fails spoils no other"""
    body = {"checks": [check("O:BAG:BAD:(A;;FR;;;BA)"), check(setting.bytes(OBJECT_ACE)), check("O:BAG:BAD:(A;;FR;;;BU)")]}
    for who, wanted in (("alice", [True, None, True]), ("bob", [False, None, True])):
        results = setting.answer(who, "/access-check/batch", body)["results"]
        tap.equal([result.get("allowed") for result in results], wanted, (who, results))
        tap.equal(results[1]["problem"]["status"], 500, who)


def for_one_request(setting):
    """enablePrivileges is for the request alone, and what is not held stays away"""
    body = check("O:SYG:SYD:(A;;FR;;;WD)", ["ACCESS_SYSTEM_SECURITY"], enablePrivileges=["SeSecurityPrivilege"])
    got = [(answer["allowed"], answer["notAllAssigned"]) for answer in (setting.answer(who, "/access-check", body) for who in ("alice", "bob"))]
    tap.equal(got, [(True, False), (False, True)], "alice, bob")


def explanations(setting):
    """an explanation is the engine's, of the very token that Windows decided on"""
    answer = setting.answer("bob", "/access-check", check("O:BAG:BAD:(A;;FR;;;BA)", explain=True))
    ace = answer["explanation"]["aces"][0]
    tap.equal((answer["allowed"], ace["outcome"], ace["code"]), (False, "skipped", "sid-deny-only"), answer)


def what_if(setting):
    """what-ifs are the engine's, which knows what Wine does not"""
    subject = {"token": {"user": "S-1-5-21-1-2-3-1001", "groups": ["S-1-1-0"]}}
    body = check(setting.bytes(OBJECT_ACE), ["FILE_READ_DATA"], subject=subject, objectTypes=[{"level": 0, "guid": TYPE}])
    answer = setting.answer("bob", "/access-check", body)
    tap.equal((answer["allowed"], answer["hypothetical"]), (True, True), answer)


def alarms(setting):
    """alarms without SeAuditPrivilege are refused with 1314, and nothing is said of the check"""
    audit = {"subsystem": "build", "objectTypeName": "File", "objectName": "x", "handleId": "0x1f4"}
    for path, body in (("/access-check", check(audit=audit)),
                       ("/audit/object-close", {"subsystem": "build", "handleId": "0x1f4", "generateOnClose": True}),
                       ("/audit/privileged-service", {"subsystem": "build", "service": "x", "privileges": ["SeSecurityPrivilege"],
                                                      "accessGranted": True})):
        answer = setting.ask("alice", path, body)
        tap.equal((answer.status, answer.json.get("win32Error"), "allowed" in answer.json), (422, 1314, False), (path, answer.body))
        tap.true("on Windows a right of its account" in answer.json["detail"], answer.body)


def the_log_cannot_be_read(setting):
    """where the Security log cannot be read it is 503, and the log says what to do"""
    answer = setting.ask("alice", "/audit")
    tap.equal((answer.status, "security log cannot be read" in answer.json["detail"]), (503, True), answer.body)
    tap.equal(setting.ask("alice", "/audit", headers={"Accept": "text/event-stream"}).status, 503, "and for who wants to follow it")
    said = setting.service.events("audit-log-unreadable")[-1]
    tap.true(said["call"] == "EvtQuery" and "Windows Event Log" in said["remedy"], said)
    tap.equal(setting.ask("bob", "/audit").status, 403, "who may not ask is told that first")


def sddl(setting, text, **more):
    """What the service makes of it: SDDL, or the error."""
    answer = setting.ask("alice", "/security-descriptor", {"securityDescriptor": text, "objectType": "file", **more})
    return answer.json["sddl"] if answer.status == 200 else answer.json["win32ErrorName"]


def descriptors(setting):
    """descriptors in SDDL are read by Windows, and written by the engine"""
    for text in ("O:BAG:BAD:(A;;FR;;;BA)", "O:BAG:BAD:PAI(D;OICI;FA;;;WD)(A;;CC;;;S-1-5-21-1-2-3-1104)S:(AU;SA;FA;;;WD)", "D:"):
        tap.equal(sddl(setting, text), text, text)
    answer = setting.ask("alice", "/security-descriptor", {"securityDescriptor": "O:BAG:BAD:(A;;FR;;;W)"}).json
    tap.equal((answer["type"], answer["offset"], answer["expected"]),
              ("urn:ntokend:problem:invalid-sddl", 19, "a SID or one of its two-letter aliases"), "what is wrong where")
    owner = setting.answer("alice", "/security-descriptor", {"securityDescriptor": "O:BAG:BAD:"})["descriptor"]["owner"]
    tap.equal(owner["name"], "BUILTIN\\Administrators", "names are the system's")


def the_shadow_reads(setting):
    """where Wine reads SDDL otherwise than Windows its reading stands, and the shadow says so; where a request names domains the engine reads"""
    tap.true(len(SDDL_WRONG) <= LOG_PER_SECOND, "more would be left out")
    time.sleep(1)  # the log of what the shadow saw before
    for name, text, windows, wines in SDDL_WRONG:
        before = setting.service.events("shadow-sddl-differs")
        tap.equal(sddl(setting, text), wines, name)
        news = setting.service.events("shadow-sddl-differs")[len(before):]
        tap.equal([event["text"] for event in news], [text], f"{name}: Wine reads rightly: take it out")
        tap.equal(news[0]["engineError"], windows or "ERROR_SUCCESS", name)
        tap.true(not before or news[0]["differing"] > before[-1]["differing"], f"{name}: they are counted")
        tap.equal(sddl(setting, text, domainSid="S-1-5-21-1-2-3"), windows or text, f"{name}: the engine")
        tap.equal(len(setting.service.events("shadow-sddl-differs")), len(before) + 1, f"{name}: the engine alone")


def guards(setting):
    """who may call what is decided on the impersonated token too"""
    tap.equal(setting.ask("bob", "/token/primary").status, 403, "bob is no administrator")
    tap.equal(setting.ask("alice", "/token/primary").status, 200, "alice is")


def nobody_stays_somebody_else(setting):
    """an impersonation that cannot be ended ends the process, before any answer"""
    try:
        answer = setting.ask("alice revert", "/token")
    except (ConnectionError, wine.http.client.HTTPException):
        answer = None
    tap.equal(answer, None, "an answer")
    tap.equal(setting.service.process.wait(wine.STOP_SECONDS), 71, "status")
    tap.equal(setting.service.events("still-impersonating")[0]["call"], "RevertSecurityContext", "the log says why")


def main():
    wine.only_under_wine("the security package is for a prefix of one's own; Windows itself loads but signed ones")
    setting = Setting(*sys.argv[1:3])
    try:
        failed = tap.run([it_says_what_it_lacks, strangers_do_not_fill_the_log, the_token_decides_who, who_proves_nobody_is_refused, two_legs, legs_belong_to_a_connection,
                          an_identity_ends_with_its_request, privileges, sessions, a_cookie, guards, checks, the_shadow_notices,
                          what_fails_is_no_yes, result_lists, a_batch, for_one_request, explanations, what_if, alarms,
                          the_log_cannot_be_read, descriptors, the_shadow_reads, nobody_stays_somebody_else], setting)
    finally:
        setting.service.kill()
        setting.prefix.remove()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
