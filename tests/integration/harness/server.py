"""What Nginx and Apache have in common: a folder, a configuration file, one main process."""
import os
import pwd
import re
import shutil
import signal
import subprocess
import time

from . import reports
from .processes import PATIENCE, Daemon, alive, children, wait_until
from .tls import verified


def as_user(name):
    """How a command is run as another user; it must be put in front."""
    account = pwd.getpwnam(name)
    return ["setpriv", "--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--init-groups"]


class ConfigurationRefused(Exception):
    """What the server printed when it would not start."""


class Server:
    name = ""

    def __init__(self, workspace):
        self.workspace = workspace
        self.folder = workspace.folder(self.name)
        self.conf_path = os.path.join(self.folder, f"{self.name}.conf")
        self.log_path = os.path.join(self.folder, "error.log")
        self.state_path = os.path.join(self.folder, "state")
        self.user = "www-data" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.tls_port = None
        self.daemon = None
        for name in ("html", "run", "state"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        shutil.rmtree(self.state_path)  # the server makes it
        workspace.add(self)

    # Given by the kind of server.
    def command(self, *options):
        raise NotImplementedError

    def test_command(self):
        raise NotImplementedError

    reload_signal = signal.SIGHUP
    quit_signal = signal.SIGTERM

    def write(self, text):
        with open(self.conf_path, "w", encoding="utf-8") as file:
            file.write(text)

    def check(self, user=None):
        """(exit status, output) of the server's own configuration test, perhaps as another user."""
        command = self.test_command()
        if user:
            command = as_user(user) + command
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60 * PATIENCE,
                              check=False)
        output = done.stdout.decode(errors="replace")
        reports.refuse(output, " ".join(command))
        return done.returncode, output

    def start(self, wait=True):
        self.daemon = Daemon(self.command(), os.path.join(self.folder, "output.log"), isolated=True, cwd=self.folder)
        if wait:
            wait_until(lambda: not self.daemon.running or self.ready(), 20, f"{self.name} serves:\n{self.log()}")
            if not self.daemon.running:
                raise ConfigurationRefused(self.daemon.output() + self.log())
        return self

    def ready(self):
        """Workers are there: the master has a child."""
        pid = self.daemon.main_pid()
        return bool(pid) and bool(children(pid)) and os.path.exists(self.pid_path)

    @property
    def pid_path(self):
        return os.path.join(self.folder, "run", "pid")

    @property
    def master(self):
        return self.daemon.main_pid()

    def age(self):
        """Seconds since the main process began, to the tick of 1/100 s."""
        with open(f"/proc/{self.master}/stat", encoding="utf-8", errors="replace") as file:
            began = int(file.read().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - began

    def processes(self, master=None):
        """The master's children, those it started itself: {pid: command line or title}."""
        found = {}
        for pid in children(master or self.master):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    found[pid] = file.read().replace(b"\0", b" ").decode(errors="replace").strip()
            except OSError:
                pass
        return found

    def reload(self):
        self.daemon.send(self.reload_signal)

    def stop(self, seconds=10):
        """True when it ended by itself."""
        return self.daemon.stop(self.quit_signal, seconds) if self.daemon else True

    def kill(self):
        self.daemon.kill()

    @property
    def running(self):
        return bool(self.daemon) and self.daemon.running and alive(self.master or 0)

    def log(self):
        """Whole lines: a page's border may be in the one that is being written."""
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                text = file.read()
                return text[:text.rfind("\n") + 1]
        except FileNotFoundError:
            return ""

    def wait_for_log(self, pattern, seconds=30):
        """The first match of a regular expression in the error log."""
        try:
            return wait_until(lambda: re.search(pattern, self.log()), seconds, pattern)
        except TimeoutError:
            raise TimeoutError(f"{self.name} did not log {pattern!r} within {seconds} s:\n{self.log()}") from None

    def wait_for_certificate(self, name, ca, seconds=20, port=None, other_than=None):
        """The certificate of this CA that is served to `name`; not the one with the serial `other_than`."""
        seen = ""

        def served():
            nonlocal seen
            seen = verified(port or self.tls_port, name, ca.root_path)
            if isinstance(seen, str):
                return None
            return seen if not other_than or seen.serial != other_than else None
        try:
            return wait_until(served, seconds, name, pause=0.05)
        except TimeoutError:
            why = seen if isinstance(seen, str) else "still the same one"
            raise TimeoutError(f"{self.name} did not serve {name} within {seconds} s ({why}):\n{self.log()}") from None

