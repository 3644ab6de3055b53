"""Configuration errors name file and line and what to do; a mere test of the configuration changes nothing."""
import os
import unittest

from harness.nginx_site import NginxSite


class Configuration(NginxSite):
    def refused(self, http, *texts):
        server = self.nginx(http)
        status, output = server.check()
        self.assertNotEqual(0, status, output)
        for text in texts:
            self.assertRegex(output, text)
        self.assertRegex(output, r"nginx\.conf:\d+")
        self.assertNotIn("PRIVATE KEY", output)

    def test_mistakes_are_refused_and_explained(self):
        issuer, tls = self.issuer(), self.tls_server
        cases = {
            "unknown issuer": (tls("a.example", "acme_certificate nobody;"), "nobody"),
            "duplicate issuer": (issuer + issuer, "twice"),
            "bad issuer word": (issuer.replace("contact", "kontact"), "kontact.*contact"),
            "given twice": (issuer + tls("a.example", "acme_certificate test; acme_certificate test;"), "twice"),
            "bad key": (issuer + tls("a.example", "acme_certificate test key=dsa;"), "dsa"),
            "weak key": (issuer + tls("a.example", "acme_certificate test key=rsa:1024;"), "1024|2048"),
            "bad domain": (issuer + tls("a.example", "acme_certificate test a..example;"), r"a\.\.example"),
            "wildcard": (issuer + tls("a.example", "acme_certificate test *.a.example;"), r"\*\.a\.example"),
            "own certificate": (issuer + tls("a.example", "acme_certificate test; ssl_certificate /x.pem; "
                                             "ssl_certificate_key /x.key;"), "/x.pem.*remove"),
            "bad reload": (issuer + "acme_reload maybe;", "maybe"),
            "state in a cache": (issuer + f"proxy_cache_path {self.space.path}/c keys_zone=c:1m; acme_state_path "
                                 f"{self.space.path}/c/state;" + tls("a.example", "acme_certificate test;"), "acme_state_path"),
        }
        for name, (http, text) in cases.items():
            with self.subTest(case=name):
                if name == "state in a cache":
                    status, output = self.nginx(http).check()
                    self.assertNotEqual(0, status, output)
                    self.assertRegex(output, text)
                else:
                    self.refused(http, text)

    def test_a_server_without_tls_is_warned_about(self):
        server = self.nginx(self.issuer() + self.plain_server("acme_certificate test;", "a.example") +
                            self.tls_server("b.example", "acme_certificate test;"))
        status, output = server.check()
        self.assertEqual(0, status, output)
        self.assertRegex(output, r"\[warn\].*nginx\.conf:\d+: acme_certificate has no effect")

    @unittest.skipUnless(os.getuid() == 0, "needs root to become another user")
    def test_testing_as_another_user_creates_nothing(self):
        # A reload of its own would make live/ meanwhile.
        server = self.nginx(self.issuer() + "acme_reload off;" +
                            self.tls_server("a.example", "acme_certificate test;") + self.plain_server())
        server.check(user="nobody")  # nginx itself may not open its log or pid file then
        self.assertFalse(os.path.exists(server.state_path))
        status, output = server.check()
        self.assertEqual(0, status, output)
        self.assertFalse(os.path.exists(server.state_path))
        server.start()
        server.wait_for_certificate("a.example", self.ca)
        before = sorted(os.listdir(server.state_path))
        server.check(user="nobody")
        self.assertEqual(before, sorted(os.listdir(server.state_path)))


if __name__ == "__main__":
    unittest.main()
