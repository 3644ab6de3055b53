"""The servers and the CA the other tests rely on start, answer, reload and end, without our modules."""
import os
import ssl
import subprocess
import unittest
import urllib.request

from harness import Apache, ChallTestSrv, Nginx, Pebble, Workspace, free_port, handshake, reports
from harness.processes import alive, wait_until
from harness.server import ConfigurationRefused


def own_certificate(space):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", space.file("key.pem"), "-out",
                    space.file("cert.pem"), "-days", "2", "-subj", "/CN=own", "-addext",
                    "subjectAltName=DNS:own.example,DNS:two.example"], check=True, capture_output=True)
    return space.file("cert.pem"), space.file("key.pem")


class Servers(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.certificate, self.key = own_certificate(self.space)
        self.tls, self.plain = free_port(), free_port()

    def serves_reloads_ends(self, server):
        server.start()
        seen = handshake(self.tls, "own.example", self.certificate)
        self.assertTrue(seen.verified, seen.why_not)
        self.assertEqual(["own.example", "two.example"], seen.names)
        self.assertEqual("rsa:2048", seen.key_type)
        self.assertFalse(handshake(self.tls, "other.example", self.certificate).verified)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.plain}/hello.txt", timeout=20) as answer:
            self.assertEqual(b"hello", answer.read())
        master, before = server.master, set(server.processes())
        server.reload()
        wait_until(lambda: set(server.processes()) - before, 20, "new workers")
        self.assertEqual(master, server.master)
        self.assertTrue(handshake(self.tls, "own.example", self.certificate).verified)
        self.assertTrue(server.stop())
        self.assertFalse(alive(master))

    def nginx(self, **more):
        server = Nginx(self.space, f"""
            server {{ listen 127.0.0.1:{self.plain}; listen 127.0.0.1:{self.tls} ssl; root html;
                      ssl_certificate {self.certificate}; ssl_certificate_key {self.key}; }}""", module=False, **more)
        with open(os.path.join(server.folder, "html/hello.txt"), "w", encoding="ascii") as file:
            file.write("hello")
        return server

    def apache(self, **more):
        server = Apache(self.space, f"""
            <VirtualHost *:{self.tls}>
              SSLEngine on
              SSLCertificateFile {self.certificate}
              SSLCertificateKeyFile {self.key}
            </VirtualHost>""", listen=(self.plain, self.tls), module=False, **more)
        with open(os.path.join(server.folder, "html/hello.txt"), "w", encoding="ascii") as file:
            file.write("hello")
        return server

    def test_nginx(self):
        self.serves_reloads_ends(self.nginx())

    def test_apache_event(self):
        self.serves_reloads_ends(self.apache())

    def test_apache_worker(self):
        self.serves_reloads_ends(self.apache(mpm="worker"))

    def test_apache_prefork(self):
        self.serves_reloads_ends(self.apache(mpm="prefork"))

    def test_a_refused_configuration_is_told(self):
        for server in (self.nginx(main="nonsense;"), Apache(self.space, "Nonsense", module=False)):
            self.assertNotEqual(0, server.check()[0])
            with self.assertRaisesRegex(ConfigurationRefused, "(?i)nonsense"):
                server.start()

    def test_killing_the_starter_leaves_nothing(self):
        server = self.nginx().start()
        workers = list(server.processes()) + [server.master]
        server.daemon.kill()
        wait_until(lambda: not any(alive(pid) for pid in workers), 20, "all ended")


def test_reports_of_sanitizers_are_refused():
    for line in ("==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x1", "a.cpp:3:5: runtime error: shift",
                 "WARNING: ThreadSanitizer: data race (pid=7)", "==12==ERROR: LeakSanitizer: detected memory leaks",
                 "==12== Invalid read of size 4"):
        with Workspace() as space:
            space.file("server/error.log", f"[notice] all is well\n{line}\n    #0 here\n")
            try:
                reports.refuse_in(space.path)
            except AssertionError as said:
                assert line in str(said) and "#0 here" in str(said) and "well" not in str(said), said
            else:
                raise AssertionError(f"not seen: {line}")
            os.remove(space.file("server/error.log"))
    reports.refuse("== 12 == and ERROR: one of the server's own", "log")


def test_the_ca_answers_and_counts():
    with Workspace() as space:
        ca = Pebble(space, ChallTestSrv(space), http_port=free_port())
        with open(ca.root_path, encoding="ascii") as root:
            assert "BEGIN CERTIFICATE" in root.read()
        with urllib.request.urlopen(ca.uri, timeout=20, context=ssl.create_default_context(cafile=ca.trusted)) as answer:
            assert b"newOrder" in answer.read()
        assert ca.requests() == {"/dir": 1}, ca.requests()
