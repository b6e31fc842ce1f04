#!/usr/bin/python3
"""The service's own key comes late, grows old and is renewed, and the service never needs a restart for it."""
import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import realm
import tap
from service import Service


class Setting:
    def __init__(self):
        self.ad = realm.ActiveDirectory()
        self.good = self.ad.keytab
        self.keytab = os.path.join(self.ad.folder, "live.keytab")
        self.service = Service(self.ad, {"keytab": self.keytab, "domain_sid": self.ad.domain_sid})
        self.logins = 0

    def status(self):
        """Of a client that has just logged on, and so brings a ticket for the key of now."""
        self.logins += 1
        return self.service.negotiate("/token", self.ad.login("alice", f"alice-{self.logins}")).status

    def install(self):
        """The key of now, moved over the old file as an operator should."""
        self.ad.account("keytab", self.keytab, "HTTP/localhost")

    def keys(self):
        return self.service.readiness()[1]["checks"]["keys"]


def without_a_key(setting):
    """without its keytab it runs, refuses everybody and is not ready"""
    tap.equal(setting.service.readiness()[0], 503, "readiness")
    tap.equal(setting.keys(), "missing", "keys")
    tap.equal(setting.status(), 401, "alice")


def the_key_comes(setting):
    """a keytab that comes later is taken up without a restart"""
    setting.install()
    setting.service.until(lambda: setting.keys() == "ok", "the keytab is taken up")
    tap.equal(setting.service.readiness()[0], 200, "readiness")
    tap.equal(setting.status(), 200, "alice")


def the_key_is_stale(setting):
    """a password changed without a new keytab refuses new tickets and shows in /readyz"""
    setting.ad.account("password", "svc-http", "Http-Secret-2")
    tap.equal(setting.status(), 401, "alice with a ticket for the new key")
    tap.equal(setting.keys(), "stale", "keys")
    # Anybody can send a ticket that names a version nobody has: that alone must not take the service out of rotation.
    tap.equal(setting.service.readiness()[0], 200, "readiness")
    tap.true(any(event["event"] == "keytab-stale" for event in setting.service.log()), "the log says so")


def the_key_is_renewed(setting):
    """a rotated keytab is taken up without a restart"""
    setting.install()
    setting.service.until(lambda: setting.keys() == "ok", "the keytab is taken up")
    tap.equal(setting.status(), 200, "alice with a ticket for the new key")
    tap.equal(setting.service.readiness()[0], 200, "readiness")


def the_key_is_renewed_by_signal(setting):
    """SIGHUP reads the keytab again"""
    setting.ad.account("password", "svc-http", "Http-Secret-3")
    setting.install()
    setting.service.process.signal(signal.SIGHUP)
    setting.service.until(lambda: setting.status() == 200, "the keytab is read")


def the_key_is_taken_away(setting):
    """a keytab that the operator took away lets nobody in"""
    os.unlink(setting.keytab)
    setting.service.until(lambda: setting.keys() == "missing", "the keytab is dropped")
    tap.equal(setting.status(), 401, "alice")


def it_ends_well(setting):
    """it is still the same process, and ends with status 0"""
    tap.equal(setting.service.stop(), 0, "status")


def main():
    setting = Setting()
    try:
        tap.run([without_a_key, the_key_comes, the_key_is_stale, the_key_is_renewed, the_key_is_renewed_by_signal,
                 the_key_is_taken_away, it_ends_well], setting)
    finally:
        setting.service.stop()
        setting.ad.stop()


if __name__ == "__main__":
    main()
