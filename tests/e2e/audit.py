#!/usr/bin/python3
"""A session, a privilege dropped and enabled, checks that turn, alarms: all of it stands in the security log, as JSON and as
Windows' XML."""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import realm
import tap
from service import Service

EVENT = "{http://schemas.microsoft.com/win/2004/08/events/event}"
SUCCESS, FAILURE = "0x8020000000000000", "0x8010000000000000"
ADMINISTRATORS, EVENT_LOG_READERS = "S-1-5-32-544", "S-1-5-32-573"
# The SACL of the object that is asked for wants every access in the log.
OBJECT = "O:BAG:BAD:(A;;FR;;;AU)S:(AU;SAFA;0x1010001;;;WD)"


def template(sids):
    """alice holds SeSecurityPrivilege, bob may read the log, dave may write to it."""
    return ("[Unicode]\r\nUnicode=yes\r\n[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n"
            "[Privilege Rights]\r\n"
            "SeNetworkLogonRight = *S-1-5-11\r\n"
            f"SeSecurityPrivilege = *{sids['alice']}\r\n"
            "[Group Membership]\r\n"
            f"*{EVENT_LOG_READERS}__Members = *{sids['bob']}\r\n"
            f"*{ADMINISTRATORS}__Members = *{sids['dave']}\r\n").encode("utf-16")


class Setting:
    def __init__(self):
        self.ad = realm.ActiveDirectory()
        self.log = os.path.join(self.ad.folder, "audit.db")
        policy = os.path.join(self.ad.folder, "policy.inf")
        with open(policy, "wb") as out:
            out.write(template(self.ad.sids))
        self.service = Service(self.ad, {"policy": policy, "domain_sid": self.ad.domain_sid, "audit": "sqlite:" + self.log,
                                         # by default that is for administrators and services
                                         "guard": f"POST /access-check O:SYG:SYD:(A;;CC;;;AU)(A;;DC;;;{self.ad.sids['alice']})"})
        for name in ("alice", "bob", "dave"):
            self.ad.login(name)
        self.token = self.logon = None
        self.told = []  # the IDs of the events that answers named

    def in_session(self, path, body=None, method=None):
        """curl in alice's session."""
        options = ["-H", "Authorization: Bearer " + self.token, *(["-X", method] if method else [])]
        answer = self.service.curl(path, *options, body=body)
        tap.equal(answer.status, 200, f"{path}: {answer.body}")
        return answer.json

    def check(self):
        """May alice read the SACL of the object?"""
        answer = self.in_session("/access-check", {
            "securityDescriptor": OBJECT, "desiredAccess": ["FILE_READ_DATA", "ACCESS_SYSTEM_SECURITY"], "objectType": "file",
            "audit": {"subsystem": "build", "objectTypeName": "File", "objectName": "C:\\drop", "handleId": "0x1f4"}})
        self.told += answer["events"]
        return answer

    def read(self, query, accept="application/json", who="bob"):
        """curl reads the log."""
        answer = self.service.curl("/audit?" + query, "--negotiate", "-u", ":", "-H", "Accept: " + accept, label=who)
        tap.equal(answer.status, 200, f"/audit?{query}: {answer.body}")
        return answer

    def events(self, query):
        """Oldest first."""
        return list(reversed(self.read("limit=1000&" + query).json["events"]))

    def windows_events(self, query):
        """The same in XML: (number, event ID, keywords, names and values of EventData), oldest first."""
        return [windows_event(node) for node in reversed(event_nodes(self.read("limit=1000&" + query, "application/xml").body))]


def event_nodes(text):
    root = xml.fromstring(text)
    return [root] if root.tag == EVENT + "Event" else root.findall(EVENT + "Event")


def windows_event(node):
    system = node.find(EVENT + "System")
    provider = system.find(EVENT + "Provider")
    tap.equal((provider.get("Name"), provider.get("Guid").lower()),
              ("Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-a5ba-3e3b0328c30d}"), "Provider")
    tap.equal(system.findtext(EVENT + "Channel"), "Security", "Channel")
    tap.true(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", system.find(EVENT + "TimeCreated").get("SystemTime")), "time")
    data = [(item.get("Name"), item.text or "") for item in node.find(EVENT + "EventData").findall(EVENT + "Data")]
    return (int(system.findtext(EVENT + "EventRecordID")), int(system.findtext(EVENT + "EventID")),
            system.findtext(EVENT + "Keywords"), data)


def a_session_is_opened(setting):
    """alice opens a session with her ticket"""
    answer = setting.service.curl("/session", "--negotiate", "-u", ":", "-X", "POST", label="alice")
    tap.equal(answer.status, 201, answer.body)
    setting.token = answer.json["token"]
    setting.logon = setting.in_session("/session")["logonId"]


def a_check_turns(setting):
    """the same check is allowed, refused without the privilege, and allowed with it again"""
    first = setting.check()
    tap.equal((first["allowed"], first["generateOnClose"], first["privilegesUsed"]), (True, True, ["SeSecurityPrivilege"]), first)
    dropped = setting.in_session("/privileges", {"disable": ["SeSecurityPrivilege"]}, "PATCH")
    tap.equal([row["name"] for row in dropped["previousState"]], ["SeSecurityPrivilege"], "dropped")
    second = setting.check()
    tap.equal((second["allowed"], second["generateOnClose"], second["win32Error"]), (False, False, 1314), second)
    setting.in_session("/privileges", {"enable": ["SeSecurityPrivilege"]}, "PATCH")
    third = setting.check()
    tap.equal((third["allowed"], third["generateOnClose"]), (True, True), third)


def the_log_has_all_of_it(setting):
    """GET /audit has the logon, each check, each use of the privilege and each change of it, in order"""
    events = setting.events("session=" + setting.logon)
    tap.equal([(event["eventId"], event["outcome"]) for event in events],
              [(4624, "success"), (4672, "success"), (4627, "success"), (4656, "success"), (4674, "success"), (4703, "success"),
               (4656, "failure"), (4674, "failure"), (4703, "success"), (4656, "success"), (4674, "success")], "events")
    for event in events:
        tap.equal((event["subject"]["sid"], event["subject"]["name"]), (setting.ad.sids["alice"], "CORP\\alice"), event["eventId"])
    tap.equal([event["id"] for event in events if event["eventId"] in (4656, 4674)], setting.told, "as the answers said")
    tap.equal([event["recordId"] for event in events], sorted(event["recordId"] for event in events), "record IDs")


def the_fields_are_those_of_the_request(setting):
    """the events have what the requests said"""
    opened = [event["data"] for event in setting.events("eventId=4656&session=" + setting.logon)]
    for data in opened:
        tap.equal([data[name] for name in ("ObjectServer", "ObjectType", "ObjectName")], ["build", "File", "C:\\drop"], "object")
    tap.equal([data["HandleId"] for data in opened], ["0x1f4", "0x0", "0x1f4"], "HandleId")
    tap.equal({data["AccessMask"] for data in opened}, {"0x1000001"}, "AccessMask")
    tap.true(all("%%4416" in data["AccessList"] and "%%1542" in data["AccessList"] for data in opened), "AccessList")
    changes = [event["data"] for event in setting.events("eventId=4703&session=" + setting.logon)]
    tap.equal([(data["EnabledPrivilegeList"], data["DisabledPrivilegeList"]) for data in changes],
              [("-", "SeSecurityPrivilege"), ("SeSecurityPrivilege", "-")], "4703")


def the_same_in_xml(setting):
    """Windows' XML has the same events with the same fields in the same order"""
    query = "session=" + setting.logon
    as_json, as_xml = setting.events(query), setting.windows_events(query)
    tap.equal(len(as_xml), len(as_json), "events")
    for event, (number, event_id, keywords, data) in zip(as_json, as_xml):
        tap.equal((number, event_id), (event["recordId"], event["eventId"]), "System")
        tap.equal(keywords, SUCCESS if event["outcome"] == "success" else FAILURE, "Keywords")
        tap.equal([name for name, _ in data], list(event["data"]), f"names of {event_id}")
        tap.equal([" ".join(value.split()) for _, value in data],
                  [" ".join(value.split()) for value in event["data"].values()], f"values of {event_id}")


def alarms_are_for_administrators(setting):
    """dave, an administrator, tells what he decided; alice may not, and that is an event too"""
    body = {"subsystem": "build", "handleId": "0x1f4", "generateOnClose": True}
    refused = setting.service.negotiate("/audit/object-close", "alice", body)
    tap.equal((refused.status, refused.json["missingAccess"]["rights"]), (403, ["ROUTE_CALL"]), refused.body)
    told = setting.service.negotiate("/audit/object-close", "dave", body)
    tap.equal((told.status, len(told.json["events"])), (200, 1), told.body)
    closed = setting.events("eventId=4658")[-1]
    tap.equal((closed["id"], closed["subject"]["sid"]), (told.json["events"][0], setting.ad.sids["dave"]), "4658")
    guarded = setting.events("object=/audit/object-close&outcome=failure")[-1]
    tap.equal((guarded["eventId"], guarded["subject"]["sid"], guarded["data"]["ObjectServer"], guarded["data"]["ObjectName"]),
              (4656, setting.ad.sids["alice"], "ntokend", "POST /audit/object-close"), "the guard's event")


def not_everybody_has_checks_audited(setting):
    """alice may where the configuration says so, not where it leaves that to administrators; dave is one"""
    body = {"audit": {"subsystem": "build", "objectTypeName": "File"},
            "checks": [{"securityDescriptor": OBJECT, "desiredAccess": ["FILE_READ_DATA"], "objectType": "file",
                        "audit": {"objectName": "C:\\drop", "handleId": "0x1f4"}}]}
    refused = setting.service.negotiate("/access-check/batch", "alice", body)
    tap.equal((refused.status, refused.json["missingAccess"]["rights"]), (403, ["ROUTE_AUDIT"]), refused.body)
    guarded = setting.events("object=/access-check/batch&outcome=failure")[-1]
    tap.equal((guarded["eventId"], guarded["subject"]["sid"], guarded["data"]["AccessMask"]),
              (4656, setting.ad.sids["alice"], "0x2"), "the guard's event")
    told = setting.service.negotiate("/access-check/batch", "dave", body)
    tap.equal(told.status, 200, told.body)
    tap.equal(len(told.json["results"][0]["events"]), 1, told.body)


def not_everybody_reads_it(setting):
    """alice may not read the log"""
    tap.equal(setting.service.negotiate("/audit", "alice").status, 403, "alice")


def the_log_is_sound(setting):
    """SIGTERM ends the service with status 0, and the hash chain of what it wrote holds"""
    tap.equal(setting.service.stop(), 0, "status")
    said = subprocess.run((os.environ["NTOKEND"], "--verify-audit", "sqlite:" + setting.log), capture_output=True, check=False,
                          text=True)
    tap.equal(said.returncode, 0, said.stdout + said.stderr)


def main():
    setting = Setting()
    try:
        tap.run([a_session_is_opened, a_check_turns, the_log_has_all_of_it, the_fields_are_those_of_the_request,
                 the_same_in_xml, alarms_are_for_administrators, not_everybody_has_checks_audited, not_everybody_reads_it, the_log_is_sound], setting)
    finally:
        setting.service.stop()
        setting.ad.stop()


if __name__ == "__main__":
    main()
