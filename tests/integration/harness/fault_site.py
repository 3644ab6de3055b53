"""FaultSite: where servers are tried against a CA with faults before it; for @on_both_servers.

One CA and one pair of ports per class: each test's server is stopped before the next begins.
"""
import os
import re
import signal

from . import sites
from .fault_proxy import FaultProxy
from .pebble import ChallTestSrv, Pebble
from .ports import free_port
from .processes import children, wait_until
from .tls import handshake
from .workspace import Workspace

RELOADED = {"nginx": r": reconfiguring\n", "apache": r"(?i)(?:doing graceful restart|graceful restart requested)"}


class FaultSite:
    kind = ""
    pebble = {}  # options of the CA

    @classmethod
    def setUpClass(cls):
        cls.space = Workspace()
        cls.addClassCleanup(cls.space.close)
        cls.plain, cls.tls = free_port(), free_port()
        cls.dns = ChallTestSrv(cls.space)
        cls.ca = Pebble(cls.space, cls.dns, http_port=cls.plain, **cls.pebble)

    def proxy(self, **options):
        proxy = FaultProxy(self.space, self.ca, **options)
        self.addCleanup(proxy.stop)
        return proxy

    def managed(self, ca, hosts=(("a.example",),), reload="off", extra="", **options):
        """`reload`: the arguments of acme_reload in nginx's spelling; "": the default."""
        extra += sites.line(self.kind, f"acme_reload {reload}") if reload else ""
        server = sites.managed(self.kind, self.space, ca, hosts, self.plain, self.tls, extra=extra, **options)
        self.addCleanup(server.stop)
        return server

    def served(self, name="a.example"):
        return handshake(self.tls, name, self.ca.root_path)

    def reloads(self, server):
        return len(re.findall(RELOADED[self.kind], server.log()))


def _is_engine(server, pid, title):
    if server.name == "nginx":
        return "cache manager" in title
    try:
        with open(f"/proc/{pid}/comm", encoding="ascii") as file:
            return file.read().strip() == "acme engine"
    except OSError:
        return False


def engine_of(server, other_than=None):
    """The pid of the process that the engine lives in."""
    def one():
        found = [pid for pid, title in server.processes().items() if _is_engine(server, pid, title)]
        return found[0] if len(found) == 1 and found[0] != other_than else None
    return wait_until(one, 15, "one engine process")


def kill_engine(server, afterwards=lambda: None):
    """kill -9, and the pid of the one that took its place; `afterwards` happens before it is waited for."""
    engine = engine_of(server)
    assert engine > 1 and engine in children(server.master)
    os.kill(engine, signal.SIGKILL)
    afterwards()
    return engine_of(server, other_than=engine)
