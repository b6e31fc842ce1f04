#!/usr/bin/python3
"""Tickets of a plain MIT realm name a person and no SIDs: refused, unless the operator maps people to local accounts."""
import grp
import os
import pwd
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import realm
import tap
from service import Service

ACCOUNT = "daemon"  # on every Debian
STRANGER = "no-such-account"


class Setting:
    def __init__(self):
        self.realm = realm.Plain(ACCOUNT, STRANGER)
        self.closed = Service(self.realm, {})
        self.mapped = Service(self.realm, {"local_accounts": "yes"})
        for name in (ACCOUNT, STRANGER):
            self.realm.login(name)


def refused_by_default(setting):
    """a ticket without a logon PAC is refused, without detail"""
    answer = setting.closed.negotiate("/token", ACCOUNT)
    tap.equal((answer.status, answer.headers["www-authenticate"]), (401, ["Negotiate"]), ACCOUNT)
    tap.equal(answer.body, setting.closed.curl("/token").body, "the words for everybody")


def mapped_to_a_local_account(setting):
    """with local_accounts it is the account of that name, as S-1-22-1-UID and S-1-22-2-GID"""
    answer = setting.mapped.negotiate("/token", ACCOUNT)
    tap.equal(answer.status, 200, answer.body)
    account = pwd.getpwnam(ACCOUNT)
    tap.equal(answer.json["user"]["sid"], f"S-1-22-1-{account.pw_uid}", "user")
    groups = {row["sid"] for row in answer.json["groups"]}
    wanted = {f"S-1-22-2-{gid}" for gid in os.getgrouplist(ACCOUNT, account.pw_gid)}
    tap.equal({sid for sid in groups if sid.startswith("S-1-22-2-")}, wanted, "groups")
    tap.true({"S-1-1-0", "S-1-5-2", "S-1-5-11"} <= groups, "what the server adds")


def decided_by_a_local_group(setting):
    """an access check knows the local group"""
    gid = grp.getgrnam(ACCOUNT).gr_gid
    body = {"securityDescriptor": f"O:BAG:BAD:(A;;FR;;;S-1-22-2-{gid})", "desiredAccess": ["FILE_READ_DATA"], "objectType": "file"}
    answer = setting.mapped.negotiate("/access-check", ACCOUNT, body)
    tap.equal((answer.status, answer.json["allowed"]), (200, True), ACCOUNT)


def strangers_are_refused(setting):
    """whoever has no local account is refused"""
    for service in (setting.closed, setting.mapped):
        tap.equal(service.negotiate("/token", STRANGER).status, 401, STRANGER)


def they_end_well(setting):
    """both end with status 0"""
    tap.equal((setting.closed.stop(), setting.mapped.stop()), (0, 0), "status")


def main():
    setting = Setting()
    try:
        tap.run([refused_by_default, mapped_to_a_local_account, decided_by_a_local_group, strangers_are_refused, they_end_well],
                setting)
    finally:
        setting.closed.stop()
        setting.mapped.stop()
        setting.realm.stop()


if __name__ == "__main__":
    main()
