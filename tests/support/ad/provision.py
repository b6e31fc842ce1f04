#!/usr/bin/python3
"""provision.py FOLDER: the database of a small Active Directory domain, with people, nested groups and service accounts.

Needs Samba's Python bindings and no root. A domain controller must not run on FOLDER yet. Leaves behind:
  private/              the domain's database
  http.keytab           the key of HTTP/localhost, AES only
  other.keytab          the key of another service, HTTP/other.corp.test
  sids                  a line for each account and group: its name and its SID
"""
import logging
import os
import sys

import ldb
import samba.dckeytab  # adds export_keytab to Net
from samba import dsdb
from samba.auth import system_session
from samba.dcerpc import security
from samba.net import Net
from samba.param import LoadParm
from samba.provision import FILL_FULL, provision
from samba.samdb import SamDB

REALM = "CORP.TEST"
DOMAIN = "CORP"
DOMAIN_SID = "S-1-5-21-3111111111-3222222222-3333333333"
AES_ONLY = "24"  # [MS-KILE] 2.2.7: AES128 and AES256
DISABLED = ("carol",)
PEOPLE = {"alice": "Alice-Secret-1", "bob": "Bob-Secret-1", "carol": "Carol-Secret-1", "dave": "Dave-Secret-1"}
SERVICES = {"svc-http": ("Http-Secret-1", "HTTP/localhost", "http.keytab"),
            "svc-other": ("Other-Secret-1", "HTTP/other.corp.test", "other.keytab")}
GLOBAL = dsdb.GTYPE_SECURITY_GLOBAL_GROUP
UNIVERSAL = dsdb.GTYPE_SECURITY_UNIVERSAL_GROUP
DOMAIN_LOCAL = dsdb.GTYPE_SECURITY_DOMAIN_LOCAL_GROUP
# In the order of creation: each group may hold those above it.
GROUPS = (("kernel", GLOBAL, ("alice",)),
          ("engineering", GLOBAL, ("kernel", "dave")),
          ("interns", GLOBAL, ("bob",)),
          ("staff", UNIVERSAL, ("engineering", "interns")),
          ("drop-readers", DOMAIN_LOCAL, ("staff",)),
          ("drop-writers", DOMAIN_LOCAL, ("engineering",)))


def loadparm(folder, text):
    """Samba's settings for a domain in `folder`; the file it comes from need not stay."""
    path = os.path.join(folder, "smb.conf")
    with open(path, "w", encoding="ascii") as out:
        out.write(text)
    settings = LoadParm()
    settings.load(path)
    return settings


def settings_text(folder):
    names = ("private dir", "state directory", "cache directory", "lock directory", "pid directory", "ncalrpc dir",
             "winbindd socket directory", "ntp signd socket directory")
    places = "".join(f"  {name} = {folder}/{'private' if name == 'private dir' else 'run'}\n" for name in names)
    return (f"[global]\n  realm = {REALM}\n  workgroup = {DOMAIN}\n  netbios name = DC\n"
            "  server role = active directory domain controller\n  interfaces = 127.0.0.1\n  bind interfaces only = yes\n"
            f"{places}  log file = {folder}/samba.log\n[sysvol]\n  path = {folder}/sysvol\n  read only = no\n"
            f"[netlogon]\n  path = {folder}/sysvol/scripts\n  read only = no\n")


def create(folder):
    log = logging.getLogger("provision")
    log.addHandler(logging.StreamHandler(sys.stderr))
    log.setLevel(logging.ERROR)
    for name in ("private", "run", "sysvol/scripts"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    settings = loadparm(folder, settings_text(folder))
    provision(log, system_session(), smbconf=os.path.join(folder, "smb.conf"), samdb_fill=FILL_FULL, realm=REALM,
              domain=DOMAIN, hostname="dc", hostip="127.0.0.1", adminpass="Administrator-Secret-1", dns_backend="NONE",
              serverrole="active directory domain controller", lp=settings, domainsid=security.dom_sid(DOMAIN_SID),
              dom_for_fun_level=dsdb.DS_DOMAIN_FUNCTION_2008_R2, use_ntvfs=False, skip_sysvolacl=True, useeadb=False)


def open_database(folder):
    settings = loadparm(folder, settings_text(folder))
    url = os.path.join(folder, "private", "sam.ldb")
    return settings, SamDB(url=url, session_info=system_session(settings), lp=settings)


def replace(database, dn, **values):
    message = ldb.Message(ldb.Dn(database, str(dn)))
    for name, value in values.items():
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name.replace("_", "-"))
    database.modify(message)


def find(database, name):
    rows = database.search(database.domain_dn(), ldb.SCOPE_SUBTREE, f"(sAMAccountName={ldb.binary_encode(name)})",
                           ["objectSid"])
    if len(rows) != 1:
        raise LookupError(name)
    return rows[0]


def populate(database):
    replace(database, database.domain_dn(), minPwdAge="0")
    secrets = dict(PEOPLE, **{name: row[0] for name, row in SERVICES.items()})
    for name, secret in secrets.items():
        database.newuser(name, secret, useusernameascn=True)
        database.setexpiry(f"(sAMAccountName={name})", 0, no_expiry_req=True)
    for name, kind, members in GROUPS:
        database.newgroup(name, grouptype=kind)
        database.add_remove_group_members(name, list(members), add_members_operation=True)
    for name in DISABLED:
        database.disable_account(f"(sAMAccountName={name})")
    for name, (_, principal, _) in SERVICES.items():
        replace(database, find(database, name).dn, servicePrincipalName=[principal], msDS_SupportedEncryptionTypes=AES_ONLY)


def export_keytab(settings, path, principal):
    """Writes the principal's keys of now; what was in the file before is gone, and never half there."""
    fresh = path + ".new"
    if os.path.exists(fresh):
        os.unlink(fresh)
    Net(None, settings).export_keytab(keytab=fresh, principal=principal)
    os.rename(fresh, path)


def main():
    folder = os.path.abspath(sys.argv[1])
    os.umask(0o077)
    create(folder)
    settings, database = open_database(folder)
    populate(database)
    for _, principal, keytab in SERVICES.values():
        export_keytab(settings, os.path.join(folder, keytab), principal)
    with open(os.path.join(folder, "sids"), "w", encoding="ascii") as out:
        for name in (*PEOPLE, *SERVICES, *(row[0] for row in GROUPS)):
            sid = database.schema_format_value("objectSid", find(database, name)["objectSid"][0])
            out.write(f"{name} {sid.decode()}\n")


if __name__ == "__main__":
    main()
