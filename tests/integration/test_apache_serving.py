"""Apache obtains certificates and serves them without a reload, under each of its process models."""
import re
import ssl
import subprocess
import unittest

from harness import ChallTestSrv, Pebble, Workspace, free_port, handshake, sites
from harness.processes import wait_until


class Serving(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.plain, self.tls = free_port(), free_port()
        self.ca = Pebble(self.space, ChallTestSrv(self.space), http_port=self.plain)

    def obtains(self, mpm):
        server = sites.managed("apache", self.space, self.ca, [["one.example", "two.example"], ["three.example"]],
                               self.plain, self.tls, extra="AcmeReload off\n", mpm=mpm).start()
        children = set(server.processes())
        seen = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(["one.example", "two.example"], seen.names)
        server.wait_for_certificate("three.example", self.ca)
        self.assertLessEqual(children, set(server.processes()), "a process ended: that was no hot swap")
        self.assertNotRegex(server.log(), "(?i)graceful restart")
        self.assertTrue(server.stop())

    def test_event(self):
        self.obtains("event")

    def test_worker(self):
        self.obtains("worker")

    def test_prefork(self):
        self.obtains("prefork")

    def test_placeholder_until_the_ca_answers(self):
        self.ca.stop()
        server = sites.managed("apache", self.space, self.ca, [["one.example"]], self.plain, self.tls).start()
        first = handshake(self.tls, "one.example", self.ca.root_path)
        self.assertFalse(first.verified)
        server.reload()
        wait_until(lambda: len(re.findall("resuming normal operations", server.log())) == 2, 20, "reloaded")
        self.assertEqual(first.der, handshake(self.tls, "one.example").der, "the placeholder changed at a reload")
        self.ca.start()
        server.reload()
        server.wait_for_certificate("one.example", self.ca, 30)

    def test_restart_serves_what_is_stored(self):
        server = sites.managed("apache", self.space, self.ca, [["one.example"]], self.plain, self.tls,
                               extra="AcmeReload off\n").start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        self.assertTrue(server.stop())
        orders = self.ca.requests()["/order-plz"]
        server.start()
        self.assertEqual(serial, handshake(self.tls, "one.example", self.ca.root_path).serial)
        self.assertEqual(orders, self.ca.requests()["/order-plz"])

    def test_two_key_types(self):
        server = sites.managed("apache", self.space, self.ca, [["one.example"]], self.plain, self.tls,
                               certificate="test key=ecdsa:256,rsa:2048", extra="AcmeReload off\n").start()
        types = set()

        def both():
            for ciphers in ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"):
                seen = self.tls12(ciphers)
                if seen and seen.verified:
                    types.add(seen.key_type)
            return len(types) == 2
        wait_until(both, 30, "both key types are served\n" + server.log(), pause=0.2)
        self.assertEqual({"ecdsa:256", "rsa:2048"}, types)

    def tls12(self, ciphers):
        try:
            return handshake(self.tls, "one.example", self.ca.root_path, ciphers=ciphers,
                             maximum=ssl.TLSVersion.TLSv1_2)
        except OSError:
            return None


class Inherited(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.plain, self.tls = free_port(), free_port()
        self.ca = Pebble(self.space, ChallTestSrv(self.space), http_port=self.plain)

    def test_every_tls_host_but_those_exempt(self):
        own = self.space.file("own.pem")
        make_own_certificate(own)
        text = sites.issuer("apache", self.ca) + "AcmeCertificate test\nAcmeReload off\n"
        text += sites.plain("apache", self.plain)
        text += sites.host("apache", self.tls, ["one.example"], certificate="")
        text += sites.host("apache", self.tls, ["two.example", "three.example"], certificate="")
        text += sites.host("apache", self.tls, ["own.example"], certificate="", more=f"SSLCertificateFile {own}\n")
        text += sites.host("apache", self.tls, ["exempt.example"], certificate="OFF",
                           more=f"SSLCertificateFile {own}\n")
        text += f"<VirtualHost 127.0.0.2:{self.plain}>\nServerAdmin nobody@silent.example\n</VirtualHost>\n"
        server = sites.server("apache", self.space, text, self.plain, self.tls).start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertNotIn("without effect", server.log())
        self.assertEqual(["three.example", "two.example"], server.wait_for_certificate("three.example", self.ca).names)
        for name in ("own.example", "exempt.example"):
            self.assertEqual("CN = own certificate", handshake(self.tls, name).subject)
        self.assertEqual(2, self.ca.requests()["/order-plz"])

    def test_an_own_line_wins_over_an_inherited_certificate(self):
        own = self.space.file("own.pem")
        make_own_certificate(own)
        text = sites.issuer("apache", self.ca) + f"AcmeReload off\nSSLCertificateFile {own}\n"
        text += sites.plain("apache", self.plain, more="SSLEngine off\n")
        text += sites.host("apache", self.tls, ["one.example"])
        text += sites.host("apache", self.tls, ["other.example"], certificate="")
        server = sites.server("apache", self.space, text, self.plain, self.tls).start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertEqual("CN = own certificate", handshake(self.tls, "other.example").subject)

    def test_a_macro_and_conditions(self):
        text = sites.issuer("apache", self.ca) + "AcmeReload off\n" + sites.plain("apache", self.plain)
        text += (f"<Macro Site $name>\n<IfModule ssl_module>\n{sites.host('apache', self.tls, ['$name'])}"
                 "</IfModule>\n</Macro>\nUse Site one.example\nUse Site two.example\n")
        server = sites.server("apache", self.space, text, self.plain, self.tls, modules=("macro",)).start()
        server.wait_for_certificate("one.example", self.ca)
        server.wait_for_certificate("two.example", self.ca)


def make_own_certificate(path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", path + ".key", "-out", path, "-days", "2", "-subj", "/CN=own certificate"],
                   check=True, capture_output=True)
    with open(path, "a", encoding="ascii") as both, open(path + ".key", encoding="ascii") as key:
        both.write(key.read())
