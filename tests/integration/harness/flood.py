"""Floods: visitors who ask for what nobody has, each time for something else."""
import os
import subprocess

from . import places
from .load import CONNECTIONS, Wrk
from .processes import PATIENCE

CHALLENGES = "/.well-known/acme-challenge/"


def counting(space, name, prefix, suffix="", header=""):
    """A script for wrk: prefix + 1 + suffix, prefix + 2 + suffix, and so on."""
    headers = f'wrk.headers["{header}"] = "192.0.2.1"\n' if header else ""
    return space.file(f"{name}.lua", f'{headers}local number = 0\nrequest = function()\n  number = number + 1\n'
                      f'  return wrk.format("GET", "{prefix}" .. number .. "{suffix}")\nend\n')


class Requests(Wrk):
    """Another path with each request."""

    def __init__(self, space, port, name, prefix, connections=CONNECTIONS, **options):
        super().__init__(f"http://127.0.0.1:{port}/", connections, script=counting(space, name, prefix, **options))

    def end(self):
        """How many there were."""
        return self.end_with_all().answered

    def end_with_all(self):
        return super().end()


class Handshakes:
    """Another name with each; only `protocol` is offered."""

    def __init__(self, port, protocol):
        program = os.path.join(places.BUILD, "release/tests/bench/handshake_client")
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", program, str(port), "flood.example", "0", protocol],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end(self):
        return int(self._process.communicate(timeout=60 * PATIENCE)[0])


class Trace:
    """What these processes ask of the file system, and what they write."""

    def __init__(self, space, pids):
        self._path = space.file("trace")
        wanted = [word for pid in pids for word in ("-p", str(pid))]
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "strace", "-f", "-y", "-s", "300", "-e", "trace=%file,write,writev,pwrite64,ftruncate,fsync,fdatasync",
             "-o", self._path, *wanted], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        line = self._process.stderr.readline()
        assert "attached" in line, line

    def end(self):
        """The calls, but those that write to a socket or a pipe."""
        self._process.terminate()
        self._process.communicate(timeout=30)
        with open(self._path, encoding="utf-8", errors="replace") as file:
            return [line for line in file if "write" not in line or not any(
                kind in line for kind in ("<socket:", "<TCP:", "<pipe:", "<anon_inode:"))]
