"""A story: what happens between one server and many hostile CAs, for hostile_site.py.

    1. the server starts; cases with `first` fail from the beginning, the others get a certificate
    2. those others begin to fail; the CA suggests to renew now, and `acmectl renew --all` has them ask
    3. when all have failed (or have been at it for a while) everything is written down
    4. the faults end, `acmectl renew --all --force`: all get a (new) certificate
"""
import dataclasses
import json
import os
import re
import subprocess
import threading
import time

from . import places, sites
from .control import acmectl
from .fault_answers import Answer
from .fault_proxy import FaultProxy
from .fault_site import engine_of
from .hammer import Hammer
from .pebble import ChallTestSrv, Pebble
from .ports import free_port
from .processes import cpu_seconds, wait_until
from .tls import verified
from .workspace import Workspace

CASES_PER_CA = 12
# On a machine that is busy all failures may be told so many times later; who asks may then ask so much more.
LATER = 3
LASTS_AT_LEAST = 8  # so that what asks without end is seen to
# What an admin reads, and about whom.
TROUBLE = re.compile(r"\[(?:\w+:)?(?:warn|error|crit|alert|emerg)\] .{0,40}?acme: (\S+\.example): ")
SOON = r"tried again in (\d|1\d) s"
# The CA suggests to renew at once (RFC 9773), so that a failure is followed by the next try soon.
_PAST = {"suggestedWindow": {"start": "2020-01-01T00:00:00Z", "end": "2020-01-02T00:00:00Z"}}


def due_now(request):
    return Answer(200, json.dumps(_PAST).encode(), [("Content-Type", "application/json")])




@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    arm: object               # called with the case's FaultProxy and the Story
    says: tuple = ()          # what the line about it says, besides when it is tried again
    again: str = SOON
    hint: bool = True         # and it says what to do
    first: bool = False       # from the start, with nothing but the placeholder served
    fails: bool = True        # False: nobody is told, for a good while or at all
    asks: int = 25            # requests at most while it lasts, those of a good issuance before it not counted
    attempts: int = 4         # lines at most while it lasts
    heals: bool = True        # False: what the CA said holds on after the fault
    passes: bool = False      # a certificate comes in spite of it

    @property
    def host(self):
        return f"{self.name}.example"


def everywhere(prefixes, fault):
    """Arms a proxy with one fault for several resources, at every request."""
    def arm(proxy, story):
        for prefix in arm.prefixes:
            proxy.on(prefix, fault, nth=None)
    arm.prefixes = (prefixes,) if isinstance(prefixes, str) else tuple(prefixes)
    return arm


@dataclasses.dataclass
class Record:
    """What became of one case."""
    lines: list = dataclasses.field(default_factory=list)  # about it, while it lasted
    requests: list = dataclasses.field(default_factory=list)
    connections: int = 0
    sent: int = 0
    before: object = None     # the certificate when the fault began; None: the placeholder
    served: object = None     # the certificate at the end of the fault, or why it is not verified
    healed: object = None     # likewise after it


class Story(threading.Thread):
    def __init__(self, kind, cases, lasts):
        super().__init__(daemon=True)
        self.kind, self.cases, self.lasts, self.error = kind, cases, lasts, None
        self.records = {case.name: Record() for case in cases}
        self.late = []  # cases of which nothing was told
        self._read, self._told = 0, {}
        self.start()

    def run(self):
        try:
            with Workspace() as self.space:
                self.tell()
        except BaseException as error:  # for the thread that waits for it
            self.error = error

    def tell(self):
        self.set_up()
        self.server.start()
        self.hammer = Hammer(self.space, self.plain, self.tls, [case.host for case in self.cases])
        for case in self.cases:
            if not case.first:
                self.records[case.name].before = self.server.wait_for_certificate(case.host, self.proxies[case.name], 60)
        self.engine = engine_of(self.server)
        self.memory = [_peak(self.engine)]
        self.begin()
        self.watch()
        self.note()
        self.heal()
        if os.environ.get("VERBOSE"):
            print(self.kind, "memory", self.memory, "cpu", self.cpu, "lasted", self.ended - self.began, "unhealed",
                  self.unhealed, {n: (len(r.requests), r.connections, r.sent, len(r.lines)) for n, r in self.records.items()})
        self.log, self.engine_again = self.server.log(), engine_of(self.server)
        self.memory.append(_peak(self.engine_again))
        self.status = acmectl(self.server, "status").output + acmectl(self.server, "certificates").output
        self.load, self.stored = self.hammer.stop(), _files(self.server.state_path)
        self.server.stop()

    def set_up(self):
        self.plain, self.tls = free_port(), free_port()
        dns = ChallTestSrv(self.space)
        # One pebble for all of them stands still now and then: its locks wait for each other.
        cas = [Pebble(self.space, dns, http_port=self.plain) for _ in range(0, len(self.cases), CASES_PER_CA)]
        self.proxies = {case.name: FaultProxy(self.space, cas[number // CASES_PER_CA])
                        for number, case in enumerate(self.cases)}
        for case in self.cases:
            if case.first:
                case.arm(self.proxies[case.name], self)
        text = "".join(sites.issuer(self.kind, ca, name) + sites.host(self.kind, self.tls, [f"{name}.example"], name)
                       for name, ca in self.proxies.items())
        text += sites.line(self.kind, "acme_reload off") + sites.plain(self.kind, self.plain)
        self.server = sites.server(self.kind, self.space, text, self.plain, self.tls, level="notice")
        path = os.path.join(self.server.folder, "html", "hello.txt")
        with open(path, "w", encoding="ascii") as file:
            file.write("hello")

    def renew(self, *options):
        """Not awaited: what hangs would hang it."""
        command = [places.ACMECTL, "--state", self.server.state_path, "renew", "--all", *options]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def begin(self):
        self.began = time.monotonic()
        self.lines()
        for case in self.cases:
            proxy = self.proxies[case.name]
            if case.first:
                continue
            self._told.pop(case.host, None)  # a trouble of the good times
            proxy.seen.clear()
            proxy.connections = 0
            proxy.on("/draft-ietf-acme-ari-", due_now, nth=None)
            case.arm(proxy, self)
            proxy.cut()
        self.cpu = cpu_seconds(self.engine)
        self.asking = self.renew()

    def lines(self):
        """What an admin reads about each case, by its host. Only what is new is looked at: the proxies share this
        interpreter."""
        with open(self.server.log_path, encoding="utf-8", errors="replace") as file:
            file.seek(self._read)
            while (line := file.readline()).endswith("\n"):
                self._read = file.tell()
                told = TROUBLE.search(line)
                if told:
                    self._told.setdefault(told.group(1), []).append(line.rstrip("\n"))
        return self._told

    def verified(self, case):
        return verified(self.tls, case.host, self.proxies[case.name].root_path, timeout=20)

    def watch(self):
        waiting = [case for case in self.cases if case.fails]
        end = self.began + LATER * self.lasts
        while (waiting and time.monotonic() < end) or time.monotonic() < self.began + LASTS_AT_LEAST:
            time.sleep(0.2)
            told = self.lines()
            waiting = [case for case in waiting if case.host not in told]
        self.late = [case.name for case in waiting]

    def note(self):
        self.ended = time.monotonic()
        for case in self.cases:
            record, proxy = self.records[case.name], self.proxies[case.name]
            record.lines = list(self.lines().get(case.host, []))
            record.requests, record.connections, record.sent = list(proxy.seen), proxy.connections, proxy.sent
            record.served = self.verified(case)
        self.cpu = (cpu_seconds(self.engine) - self.cpu) / (self.ended - self.began)
        self.stretch = max(1, (self.ended - self.began) / self.lasts)

    def heal(self):
        for proxy in self.proxies.values():
            proxy.clear()
            proxy.cut()
        self.asking.terminate()
        self.asking.wait()
        self.asking = self.renew("--force")
        healing = [case for case in self.cases if case.heals]

        def healed(case):
            before, now = self.records[case.name].served, self.verified(case)
            if isinstance(now, str) or (not case.passes and not isinstance(before, str) and before.der == now.der):
                return False
            self.records[case.name].healed = now
            return True

        def all_healed():
            healing[:] = [case for case in healing if not healed(case)]
            return not healing
        try:
            wait_until(all_healed, 60, "all healed", pause=0.3)
        except TimeoutError:
            self.unhealed = [case.name for case in healing]
        self.asking.terminate()
        self.asking.wait()

    unhealed = ()


def _files(folder):
    """What is stored, by path."""
    found = {}
    for where, _, names in os.walk(folder):
        for path in (os.path.join(where, name) for name in names):
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    found[path] = file.read()
    return found


def _peak(pid):
    """The most memory it ever had, in bytes."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return int(re.search(r"VmHWM:\s+(\d+) kB", file.read()).group(1)) * 1024
