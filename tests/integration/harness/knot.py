"""A real name server: knot on loopback, with zones, TSIG keys and a secondary if wanted.

    knot = Knot(space, ["example.org", "example.net"])
    knot.address                     "127.0.0.1:23456"
    knot.txt("_acme-challenge.example.org")   what it says now
"""
import base64
import os
import re
import socket
import unittest

from . import dns, places
from .ports import free_port
from .processes import Daemon, wait_until

KEY_NAME = "acme.example"
SECRET = base64.b64encode(b"a secret of the tests, 32 bytes!").decode()

_CONFIGURATION = """
server:
    listen: [{listen}]
    rundir: {folder}
    pidfile: {folder}/knot.pid
    background-workers: 1
    udp-workers: 1
    tcp-workers: 1
database:
    storage: {folder}
log:
  - target: stdout
    any: info
key:
  - id: {key}
    algorithm: {algorithm}
    secret: {secret}
{remotes}
acl:
  - id: updates
    key: {key}
    action: update
    update-type: TXT
  - id: others
    address: 127.0.0.0/8
    action: [transfer, notify]
template:
  - id: default
    storage: {folder}
    file: "%s.zone"
    zonefile-sync: -1
    journal-content: changes
    acl: [{acl}]
zone:
"""


def free_address(number=0):
    """An address of 127.0.0.0/8 whose port 53 is free: where resolvers look for name servers. Needs root. `number`
    tells apart those of one test."""
    for last in range(2 + 100 * number, 100 + 100 * number):
        address = f"127.53.{os.getpid() % 250}.{last}"
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind((address, 53))
            return address
        except PermissionError as error:
            raise unittest.SkipTest("port 53 is for root only") from error
        except OSError:
            continue
    raise RuntimeError("no address with a free port 53")


class Knot:
    """On a port of 127.0.0.1, and on port 53 of `host` when that is given. `servers`: {"ns1": address, ...}, the NS
    records of each zone, default itself. `lines`: more records by zone. `primary`: a Knot whose zones this one copies
    when it starts, and later only if that one is told to notify `host`. It can be the `dns` of a Pebble."""

    def __init__(self, space, zones, host="", servers=None, lines=None, primary=None, algorithm="hmac-sha256",
                 updates=True, notify=()):
        self.dns_port = free_port()
        self.address = f"127.0.0.1:{self.dns_port}"
        self._listen = f"127.0.0.1@{self.dns_port}" + (f", {host}@53" if host else "")
        self.zones, self.folder = list(zones), space.folder("knot")
        self._log = os.path.join(self.folder, "log")
        self._servers, self._lines, self._primary, self._notify = servers or {"ns1": host or "127.0.0.1"}, lines or {}, primary, notify
        self._algorithm = algorithm
        self._write(updates)
        if not primary:
            self._write_zones()
        self._daemon = None
        space.add(self)
        self.start()

    def _write(self, updates):
        remotes = [("primary", self._primary.address)] if self._primary else []
        remotes += [(f"secondary{i}", f"{address}:53") for i, address in enumerate(self._notify)]
        text = "remote:\n" if remotes else ""
        for name, address in remotes:
            text += f"  - id: {name}\n    address: {address.replace(':', '@')}\n"
        more = "    master: primary\n" if self._primary else ""
        if self._notify:
            more += f"    notify: [{', '.join(name for name, _ in remotes)}]\n"
        with open(os.path.join(self.folder, "knot.conf"), "w", encoding="ascii") as file:
            file.write(_CONFIGURATION.format(
                listen=self._listen, folder=self.folder, key=KEY_NAME, algorithm=self._algorithm,
                secret=SECRET, remotes=text, acl="updates, others" if updates else "others"))
            file.writelines(f"  - domain: {zone}\n{more}" for zone in self.zones)

    def _write_zones(self):
        for zone in self.zones:
            with open(os.path.join(self.folder, zone + ".zone"), "w", encoding="ascii") as file:
                file.write(f"$ORIGIN {zone}.\n$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 86400 1\n")
                for name, address in self._servers.items():
                    file.write(f"@ NS {name}\n{name} A {address}\n")
                file.write("@ A 127.0.0.1\n* A 127.0.0.1\n" + self._lines.get(zone, ""))

    def start(self):
        libraries = [os.path.join(places.UNPACKED, "usr/lib", name)
                     for name in os.listdir(os.path.join(places.UNPACKED, "usr/lib"))]
        environment = {"LD_LIBRARY_PATH": ":".join(libraries)}
        self._daemon = Daemon([places.program("/usr/sbin/knotd"), "-c", os.path.join(self.folder, "knot.conf")],
                              self._log, environment=environment)
        try:
            wait_until(self._serves_all, 40, "knot serves its zones")
        except TimeoutError as error:
            raise AssertionError(self.log()) from error

    def _serves_all(self):
        return all(dns.ask(self.address, zone, "SOA") for zone in self.zones)

    def stop(self):
        self._daemon.stop()

    def log(self):
        with open(self._log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def updates(self):
        """How many update messages it made, by its log."""
        return sum(int(number) for number in re.findall(r"DDNS, processing (\d+) updates", self.log()))

    def txt(self, name):
        return sorted(dns.ask(self.address, name, "TXT"))

    def key_file(self, space, name="tsig.key"):
        """What tsig-keygen prints."""
        return space.file(
            name, f'key "{KEY_NAME}" {{\n\talgorithm {self._algorithm};\n\tsecret "{SECRET}";\n}};\n', 0o600)
