"""The graceful reload after a certificate makes nothing worse: no edit is activated, no request cut."""
import hashlib
import os
import re
import signal
import socket
import time
import unittest

from harness.both import on_both_servers
from harness.fault_site import FaultSite, engine_of
from harness.processes import wait_until
from harness.tls import handshake

PENDING = r".*no graceful reload yet: .*"


def missing_at(server, ca, name="a.example"):
    """When the handshake began that was the last one without the CA's certificate (seconds since the epoch)."""
    last = 0
    while True:
        began = time.time()
        if handshake(server.tls_port, name, ca.root_path).verified:
            return last
        last = began


class Arrival(FaultSite):
    """A certificate arrives when the test lets it."""
    time_limit = 60

    def started(self, reload="on", **options):
        """A server whose first certificate is on its way, and what lets it arrive."""
        proxy = self.proxy()
        gate = proxy.hold("/certZ/")
        server = self.managed(proxy, reload=reload, level="notice", **options)
        self.prepare(server)
        server.start()
        gate.wait()
        return server, gate

    def prepare(self, server):
        """Before it starts: an include whose files are older than the load."""
        folder = os.path.join(server.folder, "conf.d")
        os.makedirs(folder, exist_ok=True)
        pattern = os.path.join(folder, "*.conf")
        with open(server.conf_path, encoding="utf-8") as file:
            text = file.read()
        if self.kind == "nginx":
            text = text.replace("http {\n", f"http {{\ninclude {pattern};\n", 1)
        else:
            text += f"IncludeOptional {pattern}\n"
        server.write(text)
        long_ago = time.time() - 100
        os.utime(server.conf_path, (long_ago, long_ago))

    def not_reloaded(self, server, gate):
        """It is said once, and the certificate is served all the same."""
        before = self.reloads(server)
        gate.release()
        server.wait_for_certificate("a.example", self.ca)
        said = server.wait_for_log(PENDING).group(0)
        time.sleep(0.5)
        self.assertEqual(before, self.reloads(server), server.log())
        self.assertEqual(1, len(re.findall(PENDING, server.log())), server.log())
        self.assertTrue(server.running)
        self.assertTrue(self.served().verified)
        return said


@on_both_servers
class Reloads(Arrival):
    def edited(self, text):
        server, gate = self.started()
        with open(server.conf_path, "a", encoding="utf-8") as file:
            file.write(text)
        self.assertIn(server.conf_path, self.not_reloaded(server, gate))
        server.stop()

    def test_a_valid_edit_is_not_activated(self):
        self.edited("# harmless\n")

    def test_a_broken_edit_is_not_activated(self):
        self.edited("nonsense here\n")

    def test_a_new_file_that_an_include_matches_is_not_activated(self):
        server, gate = self.started()
        with open(os.path.join(server.folder, "conf.d/new.conf"), "w", encoding="ascii") as file:
            file.write("# new\n")
        self.assertIn("conf.d/*.conf", self.not_reloaded(server, gate))
        server.stop()

    def test_requests_under_way_complete(self):
        server, gate = self.started()
        content = os.urandom(1 << 20) * 16
        with open(os.path.join(server.folder, "html/large"), "wb") as file:
            file.write(content)
        clients = [self.slow_download() for _ in range(4)]
        gate.release()
        wait_until(lambda: self.reloads(server) == 1, 20, "the reload\n" + server.log())
        server.wait_for_certificate("a.example", self.ca)
        expected = hashlib.sha256(content).digest()
        for client, begun in clients:
            with client, client.makefile("rb") as rest:
                body = (begun + rest.read()).partition(b"\r\n\r\n")[2]
            self.assertEqual(len(content), len(body))
            self.assertEqual(expected, hashlib.sha256(body).digest())
        server.stop()

    def slow_download(self):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        client.settimeout(30)
        client.connect(("127.0.0.1", self.plain))
        client.sendall(b"GET /large HTTP/1.0\r\nHost: plain.invalid\r\n\r\n")
        begun = client.recv(1000)
        self.assertIn(b" 200 ", begun)
        return client, begun

    def test_served_at_once_without_a_reload(self):
        server, gate = self.started("off")
        gate.release()
        missing = missing_at(server, self.ca)
        current = os.path.join(server.state_path, "engine/certificates")
        link = os.path.join(current, os.listdir(current)[0], "current")
        # Of a pause of this program neither knows: the handshake after it gets the certificate.
        delay = missing - os.lstat(link).st_ctime
        print(f"{self.kind}: the placeholder is gone {max(delay, 0) * 1000:.0f} ms after it was stored")
        self.assertLess(delay, 1)
        self.assertEqual(0, self.reloads(server))
        server.stop()

    def test_an_operators_reload_tries_again_until_the_third_failure(self):
        self.dns.call("add-a", host="nobody.example", addresses=["127.0.0.2"])
        proxy = self.proxy()
        server = self.managed(proxy, hosts=[["nobody.example"]], level="notice").start()
        failed, put_off = r"could not validate nobody\.example", r"nobody\.example: not tried now but at .*"
        for number in (1, 2, 3):
            wait_until(lambda count=number: len(re.findall(failed, server.log())) == count, 30,
                       f"failure {number}\n{server.log()}")
            self.assertNotRegex(server.log(), put_off)
            before = engine_of(server)
            server.reload()
            engine_of(server, other_than=before)
        self.assertRegex(server.wait_for_log(put_off).group(0), r"at [\d-]+ [\d:]+ UTC: its validation failed")
        self.assertEqual(3, proxy.requests()["/order-plz"])
        server.stop()


@unittest.skipUnless(os.getuid() == 0, "pids are those of a namespace")
class NginxBinaryUpgrade(Arrival, unittest.TestCase):
    kind = "nginx"

    def test_a_certificate_during_a_binary_upgrade(self):
        proxy = self.proxy()
        gate = proxy.hold("/certZ/")
        server = self.managed(proxy, reload="on", level="notice")
        foreground = server.command()  # where nginx ignores SIGUSR2
        server.command = lambda: [word.replace("daemon off;", "daemon on;") for word in foreground]
        server.start()
        gate.wait()
        old = server.master
        os.kill(old, signal.SIGUSR2)
        wait_until(lambda: os.path.exists(server.pid_path + ".oldbin") and os.path.exists(server.pid_path), 20,
                   "two masters")
        # The confined engine may not read the pid file that the new master made; not every kernel confines it.
        self.assertRegex(self.not_reloaded(server, gate), "a binary upgrade is under way|another nginx master has taken over")
        for _ in range(20):  # by the workers of the one and the other
            self.assertTrue(self.served().verified)
        server.kill()  # both masters
