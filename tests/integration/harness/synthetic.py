"""A status of any size in place of the engine's own, for a server whose engine stands still."""
import os
import signal
import subprocess
import time

from . import places
from .processes import wait_until
from .server import as_user


def engine_of(server):
    """The pid of the process the engine lives in; None while there is none."""
    if server.name == "nginx":
        found = [pid for pid, title in server.processes().items() if "cache manager" in title]
    else:
        found = [pid for pid in server.processes() if _thread_name(pid) == "acme engine"]
    return found[0] if found else None


def _thread_name(pid):
    try:
        with open(f"/proc/{pid}/comm", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def _stands_still(pid):
    """Each of its threads: what one of them does in the kernel is done to its end first."""
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/stat", encoding="utf-8", errors="replace") as file:
                if file.read().rsplit(")", 1)[1].split()[0] != "T":
                    return False
        return True
    except OSError:
        return False  # a thread has just ended


def _go_on(pid):
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        pass


def stop_engine(test, server):
    """It hangs: nothing is written any more, and nothing is started in its place. Until the test's end."""
    engine = wait_until(lambda: engine_of(server), 20, "the engine's process")
    os.kill(engine, signal.SIGSTOP)
    test.addCleanup(_go_on, engine)
    wait_until(lambda: _stands_still(engine), 20, "the engine stands still")


def fill_status(server, count, seconds_ago=0):
    """`count` certificates in all states, as the engine would have written them so long ago."""
    command = [os.path.join(places.BUILD, "release/tests/bench/synthetic_status"), server.state_path, str(count),
               str(seconds_ago)]
    user = as_user(server.user) if os.getuid() == 0 else []
    done = subprocess.run(user + command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")
    next_second()


def next_second():
    """A page is made once a second: what is asked for from now on was not answered before."""
    time.sleep(1.01 - time.time() % 1)
