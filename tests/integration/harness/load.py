"""Load on a server while something is done to it: wrk, and visitors that verify each certificate."""
import dataclasses
import os
import re
import signal
import subprocess
import time

from . import places
from .processes import PATIENCE

# It ends with the test, whatever becomes of that.
_OURS = ["setpriv", "--pdeathsig", "KILL"]
# What is served first when the machine is busy is the server, and the tests beside this one.
_POLITE = [*_OURS, "nice", "-n", "10"]
CONNECTIONS = 4  # of each kind


@dataclasses.dataclass(frozen=True)
class Requests:
    """What wrk saw."""
    answered: int
    connect: int  # connections that failed, their TLS handshake included
    cut: int      # requests that were not written or answered, or not in time
    refused: int  # answers that are neither 2xx nor 3xx

    @property
    def failed(self):
        return self.connect + self.cut + self.refused

    def __add__(self, other):
        return Requests(*(mine + its for mine, its in zip(dataclasses.astuple(self), dataclasses.astuple(other))))


@dataclasses.dataclass(frozen=True)
class Visits:
    """What `visitor` saw: one connection each. `untrusted`: another certificate than one of the CA for that name."""
    answered: int
    refused: int
    broken: int      # no handshake
    untrusted: int
    unanswered: int  # a handshake, and then no 200
    certificates: int
    longest_pause_ms: int
    complaints: str = ""

    @property
    def failed(self):
        return self.refused + self.broken + self.untrusted + self.unanswered

    def __add__(self, other):
        numbers = [mine + its for mine, its in zip(dataclasses.astuple(self)[:6], dataclasses.astuple(other))]
        return Visits(*numbers, max(self.longest_pause_ms, other.longest_pause_ms), self.complaints + other.complaints)


def read_wrk(output):
    """The counts of wrk's report."""
    def number(pattern):
        found = re.search(pattern, output)
        return int(found.group(1)) if found else 0
    assert "requests in" in output, output
    cut = sum(number(rf"Socket errors: .*{kind} (\d+)") for kind in ("read", "write", "timeout"))
    return Requests(number(r"(\d+) requests in"), number(r"Socket errors: connect (\d+)"), cut,
                    number(r"Non-2xx or 3xx responses: (\d+)"))


class Wrk:
    """Asks without a pause until it is ended. `close`: one request per connection, with a new TLS handshake each."""

    def __init__(self, url, connections=CONNECTIONS, close=False, script=None, polite=True):
        options = ["-H", "Connection: close"] if close else []
        options += ["-s", script] if script else []
        self._process = subprocess.Popen(
            [*(_POLITE if polite else _OURS), "wrk", "-t1", f"-c{connections}", "-d1h", "--timeout", "30s", *options, url],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def end(self):
        self._process.send_signal(signal.SIGINT)
        return read_wrk(self._process.communicate(timeout=60 * PATIENCE)[0])

    def kill(self):
        self._process.kill()
        self._process.communicate()


class Visitor:
    def __init__(self, port, root, names):
        program = os.path.join(places.BUILD, "release/tests/bench/visitor")
        self._process = subprocess.Popen([*_POLITE, program, str(port), root, *names], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_for_answer(self):
        """The first one; load on a server that answers nobody is none."""
        line = self._process.stdout.readline()
        assert line == "begun\n", line + self._process.stderr.read()

    def end(self):
        counts, complaints = self._process.communicate(timeout=60 * PATIENCE)
        return Visits(**{name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", counts)}, complaints=complaints)

    def kill(self):
        self._process.kill()
        self._process.communicate()


@dataclasses.dataclass(frozen=True)
class Seen:
    """What all of them saw."""
    kept_alive: Requests
    one_each: Requests
    tls: Requests  # one each as well
    visits: Visits

    @property
    def parts(self):
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @property
    def failed(self):
        return sum(part.failed for part in self.parts.values())

    def __add__(self, other):
        return Seen(*(mine + its for mine, its in zip(self.parts.values(), other.parts.values())))


class Load:
    """All kinds at once on one server; `seen` afterwards.

        with Load(plain, tls, root, names) as load:
            ...
        load.seen
    """

    def __init__(self, plain, tls, root, names):
        self._what = (plain, tls, root, names)
        self._parts = ()
        self.seen = None

    def __enter__(self):
        plain, tls, root, names = self._what
        self._parts = (Wrk(f"http://127.0.0.1:{plain}/"), Wrk(f"http://127.0.0.1:{plain}/", close=True),
                       Wrk(f"https://127.0.0.1:{tls}/", close=True), Visitor(tls, root, names))
        self._parts[-1].wait_for_answer()
        time.sleep(0.1)
        return self

    def __exit__(self, kind, *_):
        if kind:
            for part in self._parts:
                part.kill()
            return
        time.sleep(0.1)
        self.seen = Seen(*[part.end() for part in self._parts])
