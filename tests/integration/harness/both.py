"""@on_both_servers: what is written once about either server becomes two test cases, one with nginx, one with Apache.

    @on_both_servers
    class Renewal(Site):
        def test_it(self):
            server = self.managed([["one.example"]]).start()
"""
import sys
import unittest

from . import sites
from .pebble import ChallTestSrv, Pebble
from .ports import free_port
from .tls import handshake
from .workspace import Workspace


def on_both_servers(scenario):
    module = sys.modules[scenario.__module__]
    for kind in sites.SERVERS:
        name = kind.capitalize() + scenario.__name__
        setattr(module, name, type(name, (scenario, unittest.TestCase), {
            "kind": kind, "__module__": scenario.__module__, "__doc__": scenario.__doc__}))
    return scenario


class NoCa:
    """Stands for a CA of which only the address matters: nothing may ask it."""
    uri, trusted = "https://127.0.0.1:1/dir", ""


class Site:
    """A folder, two ports, and the CA once it is asked for. `kind` is the server's."""
    kind = ""

    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.plain, self.tls = free_port(), free_port()
        self._ca = None

    @property
    def nginx(self):
        return self.kind == "nginx"

    @property
    def ca(self):
        if not self._ca:
            self.start_ca()
        return self._ca

    def start_ca(self, **options):
        self._ca = Pebble(self.space, ChallTestSrv(self.space), http_port=self.plain, **options)
        return self._ca

    def managed(self, hosts, extra=None, **options):
        """Not yet started, by default without reloads of its own."""
        extra = self.line("acme_reload off") if extra is None else extra
        return sites.managed(self.kind, self.space, self.ca, hosts, self.plain, self.tls, extra=extra, **options)

    def line(self, text):
        """A directive in nginx's spelling, as this server reads it."""
        return sites.line(self.kind, text)

    def served(self, name, **options):
        return handshake(self.tls, name, self.ca.root_path, **options)

    def orders(self):
        return self.ca.requests()["/order-plz"]
