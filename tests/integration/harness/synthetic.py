"""A status of any size in place of the engine's own, for a server whose engine stands still."""
import os
import signal
import subprocess

from . import places
from .processes import wait_until
from .server import as_user


def engine_of(server):
    """The pid of the process the engine lives in; None while there is none."""
    word = "cache manager" if server.name == "nginx" else "acme"
    found = [pid for pid, title in server.processes().items() if word in title]
    return found[0] if found else None


def _go_on(pid):
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        pass


def stop_engine(test, server):
    """It hangs: nothing is written any more, and nothing is started in its place. Until the test's end."""
    engine = wait_until(lambda: engine_of(server), 10, "the engine's process")
    os.kill(engine, signal.SIGSTOP)
    test.addCleanup(_go_on, engine)


def fill_status(server, count, seconds_ago=0):
    """`count` certificates in all states, as the engine would have written them so long ago."""
    command = [os.path.join(places.BUILD, "release/tests/bench/synthetic_status"), server.state_path, str(count),
               str(seconds_ago)]
    user = as_user(server.user) if os.getuid() == 0 else []
    done = subprocess.run(user + command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")
