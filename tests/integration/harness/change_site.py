"""ChangeSite: a server under load while it is changed, and its twin without the module; for @on_both_servers.

The twin serves certificates of its own with the same configuration: what a reload, an upgrade or a restart costs there
is what the server itself costs.
"""
import concurrent.futures
import dataclasses
import os
import signal

from . import sites
from .both import Site
from .control import DONE, ENGINE_ENDED, acmectl
from .fault_site import engine_of, kill_engine
from .load import Load
from .ports import free_port
from .processes import alive, anonymous_kib, descriptors, wait_until
from .tls import own_certificate

NAMES = [f"n{number}.example" for number in range(5)]
# Apache's main process lets an engine that keeps dying rest after the third time; a reload ends that.
DEATHS_AT_ONCE = 3


@dataclasses.dataclass(frozen=True)
class Size:
    """Of one process."""
    kib: int
    descriptors: int

    @classmethod
    def of(cls, pid):
        return cls(anonymous_kib(pid), descriptors(pid))

    def __sub__(self, other):
        return Size(self.kib - other.kib, self.descriptors - other.descriptors)


class ChangeSite(Site):
    def set_up_servers(self):
        """`server` has its certificates; `twin` serves too."""
        more = "" if self.nginx else "KeepAliveTimeout 30\n"
        self.server = self.managed([[name] for name in NAMES], extra=self.line("acme_reload off") + more, level="notice")
        self.places = {self.server: (self.plain, self.tls, self.ca.root_path)}
        self.twin = self.make_twin(more)
        for server in (self.server, self.twin):
            with open(os.path.join(server.folder, "html/index.html"), "w", encoding="ascii") as file:
                file.write("as ever\n" * 100)
            if self.nginx:
                self.to_background(server)
            server.start()
        for name in NAMES:
            self.server.wait_for_certificate(name, self.ca)

    def make_twin(self, more):
        plain, tls = free_port(), free_port()
        certificate, key = own_certificate(self.space, *NAMES)
        text = more + sites.plain(self.kind, plain)
        text += "".join(sites.static_host(self.kind, tls, [name], certificate, key) for name in NAMES)
        twin = sites.server(self.kind, self.space, text, plain, tls, level="notice", module=False)
        self.places[twin] = (plain, tls, certificate)
        return twin

    @staticmethod
    def to_background(server):
        """Where nginx heeds SIGUSR2."""
        foreground = server.command()
        server.command = lambda: [word.replace("daemon off;", "daemon on;") for word in foreground]

    def during(self, change, server=None, times=1):
        """What visitors of the server saw while `change(server)` happened so often."""
        server = server or self.server
        with Load(*self.places[server], NAMES) as load:
            for _ in range(times):
                change(server)
        return load.seen

    # Changes.

    def swap(self, server):
        """A new certificate for each name, issued and served."""
        before = {name: self.serial(name) for name in NAMES}
        answer = acmectl(server, "renew", "--force", "--all")
        assert answer.code == DONE, f"{answer}\n{server.log()[-4000:]}"
        for name in NAMES:
            server.wait_for_certificate(name, self.ca, other_than=before[name])

    def serial(self, name):
        return self.server.wait_for_certificate(name, self.ca).serial

    def reload(self, server):
        before = self.workers(server) if self.nginx else self.loads(server)
        server.reload()
        if self.nginx:
            wait_until(lambda: self.workers(server).isdisjoint(before) and self.workers(server), 20, "new workers")
        else:
            wait_until(lambda: self.loads(server) > before, 20, f"the reload is done\n{server.log()[-4000:]}")
        if server is self.server:
            engine_of(server)

    @staticmethod
    def loads(server):
        """How often httpd read its configuration so far."""
        return server.log().count("resuming normal operations")

    def upgrade(self, server):
        """Another nginx takes over the listening sockets, the one before ends."""
        old = server.master
        os.kill(old, signal.SIGUSR2)
        fresh = wait_until(lambda: self.second_master(server), 20, f"a second master\n{server.log()[-4000:]}")
        os.kill(old, signal.SIGWINCH)
        wait_until(lambda: not self.workers(server), 20, "no worker is left of the old one")
        os.kill(old, signal.SIGQUIT)
        wait_until(lambda: not alive(old) and server.master == fresh, 20, "the new one is left")

    def second_master(self, server):
        """Its pid, when it has workers."""
        found = [pid for pid, title in server.processes().items() if "master process" in title]
        return found[0] if found and self.workers(server, found[0]) else None

    def restart(self, server):
        assert server.stop(30), server.log()[-4000:]
        server.start()
        wait_until(lambda: self.workers(server), 20, "workers")  # before it has them nginx forgets a signal

    def kill_engines(self, times):
        """In turns of as many deaths as are answered at once; what visitors saw of all, the reloads between left out."""
        seen = self.during(self.kill_amid_orders)
        while times > 1:
            self.reload(self.server)
            now = min(times - 1, DEATHS_AT_ONCE)
            seen += self.during(kill_engine, times=now)
            times -= now
        return seen

    def kill_amid_orders(self, server):
        """Once: who was ordered for at three deaths is left alone for a day."""
        orders = os.path.join(server.state_path, "engine/orders")
        self.ca.dns.pause()  # nothing is validated meanwhile
        with concurrent.futures.ThreadPoolExecutor() as pool:
            asked = pool.submit(acmectl, server, "renew", "--force", "--all")
            wait_until(lambda: os.listdir(orders), 20, "an order is under way")
            kill_engine(server, afterwards=self.ca.dns.go_on)  # before the CA loses patience
            assert asked.result().code == ENGINE_ENDED, asked.result()

    # Processes.

    def workers(self, server, master=None):
        """The pids of those that take new connections."""
        titles = server.processes(master)
        if self.nginx:
            return {pid for pid, title in titles.items() if "worker process" in title and "shutting down" not in title}
        return titles.keys() - {engine_of(server)} if server is self.server else titles.keys()

    def sizes(self, server):
        """{"master": Size, "worker": the largest, "engine": ...}"""
        return wait_until(lambda: self.sizes_at_once(server), 20, "processes that stay for a moment")

    def sizes_at_once(self, server):
        """None when one of them ended meanwhile."""
        try:
            workers = [Size.of(pid) for pid in self.workers(server)]
            found = {"master": Size.of(server.master), "worker": max(workers, key=lambda size: size.kib)}
            if server is self.server:
                found["engine"] = Size.of(engine_of(server))
            return found
        except (OSError, ValueError):
            return None
