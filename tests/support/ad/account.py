#!/usr/bin/python3
"""account.py FOLDER disable NAME | enable NAME | password NAME SECRET | keytab FILE PRINCIPAL

Changes accounts of a domain that provision.py made, also while its domain controller runs.
"""
import os
import sys

from provision import export_keytab, open_database


def main():
    folder, verb, *words = sys.argv[1:]
    settings, database = open_database(os.path.abspath(folder))
    if verb == "disable":
        database.disable_account(f"(sAMAccountName={words[0]})")
    elif verb == "enable":
        database.enable_account(f"(sAMAccountName={words[0]})")
    elif verb == "password":
        database.setpassword(f"(sAMAccountName={words[0]})", words[1], force_change_at_next_login=False)
    elif verb == "keytab":
        export_keytab(settings, words[0], words[1])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
