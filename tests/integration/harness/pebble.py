"""The test CA: pebble, with pebble-challtestsrv as its DNS. Real validation, always."""
import collections
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import urllib.request

from . import places
from .dns import ask
from .ports import free_port
from .processes import Daemon, wait_until

# How serial numbers begin, in hex, before which RFC 9773 wants a zero byte, one in 256: pebble looks for what an order
# replaces without it, in vain.
NOT_FOUND = "[89a-f]"


def _listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class ChallTestSrv:
    """Every name is 127.0.0.1, until told otherwise."""

    def __init__(self, workspace):
        self.dns_port, self.management_port = free_port(), free_port()
        self._daemon = Daemon(
            [places.pebble("pebble-challtestsrv"), "-dnsserver", f"127.0.0.1:{self.dns_port}", "-management",
             f"127.0.0.1:{self.management_port}", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-doh", "",
             "-http01", "", "-https01", "", "-tlsalpn01", ""], workspace.file("challtestsrv.log"))
        workspace.add(self)
        address = f"127.0.0.1:{self.dns_port}"
        wait_until(lambda: _listens(self.management_port) and ask(address, "any.example", "A"), 20,
                   "pebble-challtestsrv listens and answers")

    def call(self, verb, **body):
        """Its management interface: call("add-a", host="x.example", addresses=["127.0.0.2"]),
        call("set-servfail", host=...), call("set-txt", host=..., value=...), ..."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.management_port}/{verb}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def pause(self):
        """It answers nothing until go_on(): the CA waits, for ten seconds at most."""
        self._daemon.send(signal.SIGSTOP)

    def go_on(self):
        self._daemon.send(signal.SIGCONT)

    def stop(self):
        if self._daemon.running:
            self.go_on()
        self._daemon.stop()


class Pebble:
    """One CA with its own root. `trusted` is the file for ssl_trusted_certificate, `root` verifies what it issued."""

    def __init__(self, workspace, dns, http_port, tls_port=None, validity=7776000, profiles=None, nonce_reject=0,
                 authz_reuse=0, va_sleep=0, retry_after=None, environment=None, config=None, port=None,
                 hostname="127.0.0.1"):
        self.folder = workspace.folder("pebble")
        self.port, self.management_port = port or free_port(), free_port()
        self.uri = f"https://{hostname}:{self.port}/dir"
        self.trusted = os.path.join(self.folder, "trusted.pem")
        self.log_path = os.path.join(self.folder, "log")
        self.root_path = os.path.join(self.folder, "root.pem")
        self._make_own_certificate(hostname)
        # An order that names no profile gets a random one of these: one keeps tests deterministic.
        profiles = profiles or {"default": {"description": "the only one", "validityPeriod": validity}}
        settings = {
            "listenAddress": f"127.0.0.1:{self.port}", "managementListenAddress": f"127.0.0.1:{self.management_port}",
            "certificate": self.trusted, "privateKey": os.path.join(self.folder, "key.pem"), "httpPort": http_port,
            "tlsPort": tls_port or free_port(), "ocspResponderURL": "", "externalAccountBindingRequired": False,
            "keyAlgorithm": "ecdsa", "retryAfter": retry_after or {"authz": 0, "order": 0}, "profiles": profiles,
            **(config or {})}
        with open(os.path.join(self.folder, "config.json"), "w", encoding="ascii") as file:
            json.dump({"pebble": settings}, file)
        sleep = {"PEBBLE_VA_SLEEPTIME": str(va_sleep)} if va_sleep else {"PEBBLE_VA_NOSLEEP": "1"}
        self._environment = {"PEBBLE_WFE_NONCEREJECT": str(nonce_reject), "PEBBLE_AUTHZREUSE": str(authz_reuse),
                             **sleep, **(environment or {})}
        self.dns, self._daemon = dns, None
        workspace.add(self)
        self.start()

    def _make_own_certificate(self, hostname):
        names = "DNS:localhost,IP:127.0.0.1"
        if hostname not in ("localhost", "127.0.0.1"):
            names += f",DNS:{hostname}"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", os.path.join(self.folder, "key.pem"), "-out", self.trusted, "-days", "3650",
                        "-subj", "/CN=test CA endpoint", "-addext", f"subjectAltName={names}"],
                       check=True, capture_output=True)

    def start(self):
        """Again after stop(): a CA that lost everything it knew, its root included."""
        self._daemon = Daemon([places.pebble("pebble"), "-config", os.path.join(self.folder, "config.json"),
                               "-dnsserver", f"127.0.0.1:{self.dns.dns_port}"], self.log_path,
                              environment=self._environment)
        wait_until(lambda: _listens(self.port) and _listens(self.management_port), 15, "pebble listens")
        with open(self.root_path, "wb") as file:
            file.write(self.call("roots/0"))

    def stop(self):
        self._daemon.stop()

    def call(self, path, body=None):
        """Its management interface, e.g. call("set-renewal-info/", {...}); the answer's bytes."""
        context = ssl.create_default_context(cafile=self.trusted)
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"https://127.0.0.1:{self.management_port}/{path}", data)
        with urllib.request.urlopen(request, timeout=30, context=context) as answer:
            return answer.read()

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def requests(self):
        """How often each ACME resource was asked for: {"/dir": 1, "/nonce-plz": 1, "/order-plz": 2, ...}.
        Paths with an id are cut to the folder: "/authZ/"."""
        counts, log = collections.Counter(), self.log()
        for path in re.findall(r" (?:GET|HEAD|POST) (/\S*) -> calling handler", log):
            parts = path.split("/")
            counts["/" + parts[1] + ("/" if len(parts) > 2 else "")] += 1
        # An order that replaces such a certificate is refused, and the next one names it no more.
        again = re.findall(r"/order-plz -> calling handler.*\n(?=.* /order-plz -> calling)", log)
        counts["/order-plz"] -= min(len(again), len(re.findall(f"Issued certificate serial {NOT_FOUND}", log)))
        return +counts
