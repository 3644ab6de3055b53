"""Daemon: one program under test, started, watched and surely ended; its output goes to a file."""
import functools
import os
import signal
import subprocess
import sys
import time

# Every limit of time is so many times as long: .ci/run's machine may be slow, `make analyze` makes the servers so.
PATIENCE = float(os.environ.get("PATIENCE", "1"))
# The servers carry a sanitizer or run in valgrind: their memory and processor time are not their own.
INSTRUMENTED = os.environ.get("INSTRUMENTED") == "yes"
INIT = os.path.join(os.path.dirname(__file__), "init.py")


def wait_until(condition, seconds, what, pause=0.02):
    """The condition's first true value; TimeoutError naming `what` after so many seconds."""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(pause)


@functools.cache
def isolation():
    """How to start a server in a pid namespace of its own, so that no signal of its leaves it."""
    own = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"]
    if os.getuid() == 0 and subprocess.run(own + ["true"], stderr=subprocess.DEVNULL).returncode == 0:
        return ["setpriv", "--pdeathsig", "KILL"] + own
    return ["setpriv", "--pdeathsig", "TERM"]


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def cpu_seconds(pid):
    """User and system time of one process so far, all its threads, to the tick of 1/100 s."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    """The same of the threads that it has now, to the nanosecond; 0 when it has ended."""
    total = 0
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
    except OSError:
        pass
    return total / 1e9


def private_kib(pid):
    """Memory that is this process's own."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Private_"))


def anonymous_kib(pid):
    """Memory that is of no file, what it still shares with the process it was forked from included."""
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        return next((int(line.split()[1]) for line in file if line.startswith("RssAnon:")), 0)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def catches(pid, number):
    """Has the process a handler of this signal?"""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
            caught = next(int(line.split()[1], 16) for line in file if line.startswith("SigCgt:"))
    except OSError:
        return False
    return bool(caught >> (number - 1) & 1)


class Daemon:
    def __init__(self, command, output, isolated=False, environment=None, cwd=None):
        self.output_path = output
        self.isolated = isolated
        prefix = isolation() + [sys.executable, "-S", "-E", INIT] if isolated else ["setpriv", "--pdeathsig", "KILL"]
        with open(output, "ab") as log:
            self.process = subprocess.Popen(prefix + command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})},
                                            cwd=cwd, start_new_session=True)

    @property
    def running(self):
        return self.process.poll() is None

    def output(self):
        with open(self.output_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def main_pid(self):
        """The program itself, as seen from here; behind unshare and init when isolated."""
        if not self.isolated:
            return self.process.pid
        steps = 2 if "unshare" in isolation() else 1
        pid = self.process.pid
        for _ in range(steps):
            found = children(pid)
            if not found:
                return None
            pid = found[0]
        return pid

    def send(self, number):
        pid = self.main_pid()
        if not pid or pid <= 1:
            raise ProcessLookupError("the program has ended")
        os.kill(pid, number)

    def stop(self, number=signal.SIGTERM, seconds=10):
        """Asks the program to end, insists after `seconds`; True when asking was enough."""
        if not self.running:
            return True
        try:
            self.send(number)
            self.process.wait(seconds * PATIENCE)
            return True
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self.kill()
            return False

    def kill(self):
        if not self.running:
            return
        without_namespace = self.isolated and "unshare" not in isolation()
        first = children(self.process.pid) if self.isolated else []
        os.kill(self.process.pid, signal.SIGTERM if without_namespace else signal.SIGKILL)
        self.process.wait(10 * PATIENCE)
        # The first process of a namespace ends as its last: with it all have let go of their ports and files.
        wait_until(lambda: not any(alive(pid) for pid in first), 20, "everything in it has ended")
