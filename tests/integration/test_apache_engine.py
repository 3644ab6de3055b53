"""Apache's engine process: one, unprivileged, started again when it dies, ended with the server; reloads."""
import os
import re
import signal
import time
import unittest

from harness import ChallTestSrv, Pebble, Workspace, free_port, handshake, sites
from harness.processes import alive, children, wait_until

RESTARTED = r"(?i)(doing graceful restart|graceful restart requested)"


def engines(server):
    found = []
    for pid in children(server.master):
        try:
            with open(f"/proc/{pid}/comm", encoding="ascii") as file:
                if file.read().strip() == "acme engine":
                    found.append(pid)
        except OSError:
            pass
    return found


class Site(unittest.TestCase):
    time_limit = 120

    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.plain, self.tls = free_port(), free_port()
        self.ca = Pebble(self.space, ChallTestSrv(self.space), http_port=self.plain)

    def managed(self, names, extra="AcmeReload off\n", **options):
        return sites.managed("apache", self.space, self.ca, names, self.plain, self.tls, extra=extra, **options)

    def engine(self, server, other_than=None):
        def one():
            found = engines(server)
            return found[0] if len(found) == 1 and found[0] != other_than else None
        return wait_until(one, 15, "one engine process\n" + server.log())


class Engine(Site):
    def killed_at_work(self, mpm):
        server = self.managed([[f"n{i}.example"] for i in range(5)], mpm=mpm).start()
        engine = self.engine(server)
        os.kill(engine, signal.SIGKILL)
        self.engine(server, other_than=engine)
        for i in range(5):
            server.wait_for_certificate(f"n{i}.example", self.ca, 60)
        server.wait_for_log("the engine process ended unexpectedly")
        self.ends_everything(server, signal.SIGTERM)

    def ends_everything(self, server, number):
        pids = list(server.processes()) + [server.master]
        server.daemon.send(number)
        wait_until(lambda: not any(alive(pid) for pid in pids), 30, "everything has ended")
        wait_until(lambda: not server.daemon.running, 20, "and what began since")

    def test_killed_event(self):
        self.killed_at_work("event")

    def test_killed_worker(self):
        self.killed_at_work("worker")

    def test_killed_prefork(self):
        self.killed_at_work("prefork")

    @unittest.skipIf(os.getuid() != 0, "only root gives up privileges")
    def test_unprivileged_and_closed(self):
        server = self.managed([["one.example"]]).start()
        server.wait_for_certificate("one.example", self.ca)
        engine = self.engine(server)
        with open(f"/proc/{engine}/status", encoding="ascii") as file:
            status = file.read()
        self.assertEqual(["0"], re.findall(r"^CapEff:\s*0*(\d)$", status, re.M))
        self.assertNotIn("0", re.findall(r"^Uid:\s*(.*)$", status, re.M)[0].split())
        with open("/proc/net/tcp", encoding="ascii") as file:
            listening = {line.split()[9] for line in file if " 0A " in line}
        held = self.held(engine)
        self.assertTrue(held)
        self.assertFalse({f"socket:[{inode}]" for inode in listening} & held, "it holds a listening socket")

    @staticmethod
    def held(pid):
        """What its descriptors are; connections come and go."""
        found = set()
        for number in os.listdir(f"/proc/{pid}/fd"):
            try:
                found.add(os.readlink(f"/proc/{pid}/fd/{number}"))
            except FileNotFoundError:
                pass
        return found

    def test_stop_and_graceful_stop_end_everything(self):
        for number in (signal.SIGTERM, signal.SIGWINCH):
            server = self.managed([["one.example"]]).start()
            server.wait_for_certificate("one.example", self.ca)
            self.ends_everything(server, number)
            # httpd's word for what did not end by itself.
            self.assertNotIn("SIGKILL", server.log())

    def test_the_death_of_the_parent_ends_the_engine(self):
        server = self.managed([["one.example"]]).start()
        engine = self.engine(server)
        os.kill(server.master, signal.SIGKILL)
        wait_until(lambda: not alive(engine), 20, "the engine has ended")
        server.kill()

    def test_a_graceful_restart_has_a_new_engine(self):
        server = self.managed([["one.example"]]).start()
        server.wait_for_certificate("one.example", self.ca)
        engine = self.engine(server)
        server.reload()
        self.engine(server, other_than=engine)
        self.assertFalse(alive(engine))


class Reload(Site):
    """After the first issuances the server reloads itself: once for all of them."""

    def reloads_once(self, mpm):
        server = self.managed([["one.example"], ["two.example"], ["three.example"]], "", mpm=mpm).start()
        for name in ("one.example", "two.example", "three.example"):
            server.wait_for_certificate(name, self.ca)
        server.wait_for_log(RESTARTED, 30)
        time.sleep(5)
        self.assertEqual(1, len(re.findall(RESTARTED, server.log())), server.log())
        self.assertTrue(handshake(self.tls, "one.example", self.ca.root_path).verified)
        self.engine(server)

    def test_event(self):
        self.reloads_once("event")

    def test_worker(self):
        self.reloads_once("worker")

    def test_prefork(self):
        self.reloads_once("prefork")

    def edited(self, text):
        server = self.managed([["one.example"]], "")
        part = self.space.file("part.conf", "# as loaded\n")
        with open(server.conf_path, "a", encoding="ascii") as file:
            file.write(f"Include {part}\n")
        long_ago = time.time() - 100
        for path in (part, server.conf_path):
            os.utime(path, (long_ago, long_ago))
        # No certificate, and no reload for it, before the edit.
        self.ca.dns.pause()
        server.start()
        self.space.file("part.conf", text)
        self.ca.dns.go_on()
        server.wait_for_certificate("one.example", self.ca)
        server.wait_for_log(re.escape(part), 30)
        time.sleep(3)
        self.assertNotRegex(server.log(), RESTARTED)
        self.assertEqual(1, len(re.findall(re.escape(part) + ".*", server.log())), server.log())
        self.assertTrue(server.running)
        self.assertTrue(handshake(self.tls, "one.example", self.ca.root_path).verified)

    def test_an_edit_is_never_activated(self):
        self.edited("# edited meanwhile\n")

    def test_a_broken_edit_is_never_activated(self):
        self.edited("Nonsense\n")
