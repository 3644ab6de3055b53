"""Which servers are managed, under which names, and what becomes of certificates of their own."""
import subprocess
import unittest

from harness.nginx_site import NginxSite


class Hosts(NginxSite):
    def own_certificate(self):
        pair = self.space.file("own.pem"), self.space.file("own.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", pair[1], "-out", pair[0], "-days", "2", "-subj", "/CN=own"],
                       check=True, capture_output=True)
        return f"ssl_certificate {pair[0]}; ssl_certificate_key {pair[1]};"

    def test_inherited_by_every_tls_server_without_its_own(self):
        own = self.own_certificate()
        server = self.nginx(self.issuer() + "acme_certificate test;" + self.tls_server("a.example") +
                            self.tls_server("b.example c.example") + self.tls_server("own.example", own) +
                            self.tls_server("off.example", "acme_certificate off;" + own) +
                            self.tls_server("_", "return 444;") + self.plain_server()).start()
        self.assertEqual(["a.example"], server.wait_for_certificate("a.example", self.ca).names)
        self.assertEqual(["b.example", "c.example"], server.wait_for_certificate("c.example", self.ca).names)
        for name in ("own.example", "off.example"):
            self.assertEqual("CN = own", self.served(name).subject)
        self.assertEqual(2, self.ca.requests()["/order-plz"])

    def test_an_explicit_one_wins_over_an_inherited_certificate(self):
        server = self.nginx(self.issuer() + self.own_certificate() +
                            self.tls_server("a.example", "acme_certificate test;") + self.tls_server("own.example") +
                            self.plain_server()).start()
        server.wait_for_certificate("a.example", self.ca)
        self.assertEqual("CN = own", self.served("own.example").subject)

    def test_names_given_and_names_with_a_leading_dot(self):
        server = self.nginx(self.issuer() + self.tls_server("a.example b.example", "acme_certificate test b.example;") +
                            self.tls_server(".dot.example", "acme_certificate test key=ecdsa:384;") +
                            self.plain_server()).start()
        self.assertEqual(["b.example"], server.wait_for_certificate("b.example", self.ca).names)
        seen = server.wait_for_certificate("dot.example", self.ca)
        self.assertEqual(["dot.example", "www.dot.example"], seen.names)
        self.assertEqual("ecdsa:384", seen.key_type)

    def test_a_configuration_for_nginx_own_module(self):
        pair = "ssl_certificate $acme_certificate; ssl_certificate_key $acme_certificate_key;"
        server = self.nginx("acme_shared_zone zone=ngx_acme_shared:1M;\n" + self.issuer(more="state_path issuer-state;") +
                            self.tls_server("a.example", "acme_certificate test;" + pair) +
                            self.tls_server("b.example", "acme_certificate test;" + pair) +
                            self.plain_server()).start()
        for name in ("a.example", "b.example"):
            self.assertEqual([name], server.wait_for_certificate(name, self.ca).names)


if __name__ == "__main__":
    unittest.main()
