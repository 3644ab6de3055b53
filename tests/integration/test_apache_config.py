"""What `apachectl -t` says of wrong configurations, and that it leaves nothing behind."""
import os
import subprocess
import unittest

from harness import Workspace, free_port, places, sites


class FakeCa:
    """Only its address: nothing here may ask it."""
    uri, trusted = "https://127.0.0.1:1/dir", ""


ISSUER = sites.issuer("apache", FakeCa)
# What is written, what must be said.
WRONG = (
    ("<AcmeIssuer test>\nAcmeUri http://ca.example/dir\n</AcmeIssuer>", r"line 2 of .*part.conf:\nAcmeUri: .* https"),
    ("<AcmeIssuer test>\nAcmeKey rsa:1024\n</AcmeIssuer>", "(?s)line 2.*AcmeKey: .*rsa:2048"),
    ("<AcmeIssuer test>\nAcmeBogus 1\n</AcmeIssuer>", '(?s)line 2.*"AcmeBogus" does not belong.*AcmeContact'),
    ("<AcmeIssuer test>\nServerAdmin a@b.example\n</AcmeIssuer>", '(?s)line 2.*"ServerAdmin" does not belong'),
    ("<AcmeIssuer off>\n</AcmeIssuer>", '(?s)line 1.*bad issuer name "off"'),
    ("<AcmeIssuer>\n</AcmeIssuer>", "(?s)line 1.*takes one name"),
    (ISSUER + ISSUER, r'part.conf:6: issuer "test" is defined twice \(first at .*part.conf:1\)'),
    ("AcmeUri https://ca.example/", r"(?s)line 1.*AcmeUri belongs in an <AcmeIssuer NAME> section"),
    (f"<VirtualHost *:1>\n{ISSUER}</VirtualHost>", "(?s)line 2.*<AcmeIssuer> cannot occur within <VirtualHost>"),
    ("<VirtualHost *:1>\nAcmeStatePath x\n</VirtualHost>", "(?s)line 2.*AcmeStatePath cannot occur within"),
    ("<VirtualHost *:1>\nAcmeReload off\n</VirtualHost>", "(?s)line 2.*AcmeReload cannot occur within"),
    ("<Directory />\nAcmeCertificate test\n</Directory>", "(?s)line 2.*AcmeCertificate"),
    ("AcmeReload maybe", r"(?s)line 1.*AcmeReload: .*on\|off"),
    ("<VirtualHost *:1>\nAcmeCertificate test\nAcmeCertificate test\n</VirtualHost>", "(?s)line 3.*given twice"),
    ("<VirtualHost *:1>\nServerName a.example\nSSLEngine on\nAcmeCertificate other\n</VirtualHost>",
     'part.conf:4: unknown issuer "other"'),
    ("<VirtualHost *:1>\nSSLEngine on\nAcmeCertificate test\n</VirtualHost>", "part.conf:3: no name"),
    ("<VirtualHost *:1>\nServerName a.example\nServerAlias *.a.example\nSSLEngine on\nAcmeCertificate test\n"
     "</VirtualHost>", r"(?s)part.conf:5: .*wildcard \*.a.example"),
    ("<VirtualHost *:1>\nServerName a.example\nSSLEngine on\nSSLCertificateFile own.pem\nAcmeCertificate test\n"
     "</VirtualHost>", "part.conf:5: AcmeCertificate beside SSLCertificateFile at .*part.conf:4"),
)

HOST = "<VirtualHost *:1>\nServerName a.example\nSSLEngine on\nAcmeCertificate test\n</VirtualHost>\n"


class Configuration(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)

    def server(self, part, issuer=True):
        """The lines under test in a file of their own: line 1 is their first."""
        path = self.space.file("part.conf", part + "\n")
        text = f"Include {path}\n"
        if issuer and "<AcmeIssuer test>" not in part:
            text = ISSUER + text
        server = sites.server("apache", self.space, text, free_port(), free_port())
        if "AcmeStatePath" in part:
            with open(server.conf_path, encoding="ascii") as file:
                server.write("".join(line for line in file if not line.startswith("AcmeStatePath ")))
        return server

    def test_wrong(self):
        for part, message in WRONG:
            with self.subTest(part=part):
                server = self.server(part)
                self.space.file(f"{server.folder}/own.pem", "not read by a test of the configuration\n")
                status, output = server.check()
                self.assertNotEqual(0, status, output)
                self.assertRegex(output, message)

    def test_right(self):
        for part in ("<IfModule ssl_module>\nacmereload OFF\n</IfModule>",
                     "<IfDefine !Missing>\nAcmeReload on interval=5m\nAcmeStatePath elsewhere\n</IfDefine>",
                     "AcmeCertificate OFF",
                     "<VirtualHost *:1>\nServerName a.example\nSSLEngine on\n"
                     "AcmeCertificate test key=rsa,ecdsa:384 renew_before=33%\n</VirtualHost>"):
            with self.subTest(part=part):
                status, output = self.server(part).check()
                self.assertEqual(0, status, output)

    def test_a_host_without_tls_is_told(self):
        status, output = self.server("<VirtualHost *:1>\nServerName a.example\nAcmeCertificate test\n</VirtualHost>"
                                     ).check()
        self.assertEqual(0, status, output)
        self.assertRegex(output, "part.conf:3: AcmeCertificate without effect.*SSLEngine on")

    def test_a_word_of_mod_ssl_stays_unknown_without_it(self):
        server = self.server("SSLEngine on", issuer=False)
        with open(server.conf_path, encoding="ascii") as file:
            text = "".join(line for line in file if "mod_ssl.so" not in line)
        server.write(text)
        status, output = server.check()
        self.assertNotEqual(0, status)
        self.assertIn("SSLEngine needs mod_ssl", output)

    def test_the_state_directory_is_a_file(self):
        server = self.server(HOST)
        self.space.file(server.state_path, "in the way")
        status, output = server.check()
        self.assertNotEqual(0, status)
        self.assertIn(f"the state directory {server.state_path} is no directory", output)

    def test_the_state_directory_lies_in_a_cache(self):
        for cache, state in (("cache", "cache/acme"), ("cache/", "cache"), ("state/cache", "state"), ("c", "x/../c/s")):
            server = self.server(f"CacheRoot {cache}\nAcmeStatePath {state}\n{HOST}")
            self.load_cache(server)
            status, output = server.check()
            self.assertNotEqual(0, status)
            self.assertRegex(output, r"acme: error: the state directory .* shares its place with the cache .*"
                             r"\(CacheRoot at .*part.conf:1\)")

    def test_a_cache_beside_it_is_right(self):
        server = self.server(f"CacheRoot cache\nAcmeStatePath cache-acme\n{HOST}")
        self.load_cache(server)
        status, output = server.check()
        self.assertEqual(0, status, output)

    def test_nothing_is_made(self):
        server = self.server(HOST)
        before = self.everything(server)
        users = ["daemon"] if os.getuid() == 0 else []
        for user in [None, *users]:
            status, output = server.check(user)
            self.assertEqual(0, status, output)
        for option in ("-S", "-M", "-L"):
            subprocess.run(server.test_command()[:-1] + [option], check=True, capture_output=True, timeout=30)
        self.assertEqual(before, self.everything(server))

    @staticmethod
    def load_cache(server):
        with open(server.conf_path, encoding="ascii") as file:
            text = file.read()
        server.write("".join(f"LoadModule {name}_module {places.APACHE_MODULES}/mod_{name}.so\n"
                             for name in ("cache", "cache_disk")) + text)

    @staticmethod
    def everything(server):
        return sorted(os.path.join(folder, name) for folder, folders, files in os.walk(server.folder)
                      for name in folders + files)
