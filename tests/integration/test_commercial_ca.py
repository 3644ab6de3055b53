"""A CA that issues by contract: binding, RSA, names it has validated beforehand; and what else such CAs are asked for."""
import base64
import os
import subprocess
import unittest

from harness import sites
from harness.both import Site, on_both_servers

MAC = base64.urlsafe_b64encode(bytes(range(9, 41))).decode().rstrip("=")


@on_both_servers
class CommercialCa(Site):
    def setUp(self):
        super().setUp()
        self.start_ca(config={"externalAccountBindingRequired": True, "externalAccountMACKeys": {"customer": MAC}},
                      environment={"PEBBLE_AUTHZREUSE": "100"})
        self.key = os.path.join(self.space.path, "account.key")
        subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.key],
                       check=True, capture_output=True)
        self.words = [f"external_account_key customer data:{MAC}", f"account_key {self.key}", "key rsa:2048",
                      "common_name_in_csr on"]

    def test_names_that_are_valid_beforehand_need_no_challenge(self):
        server = self.managed([["one.example", "two.example"]], words=self.words).start()
        first = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual("rsa:2048", first.key_type)
        self.assertTrue(server.stop())
        challenges = self.ca.requests()["/chalZ/"]
        self.assertEqual(2, challenges)
        # The same customer on a machine that no CA can reach: there is nothing on port 80.
        text = sites.issuer(self.kind, self.ca, words=self.words) + self.line("acme_reload off")
        text += sites.host(self.kind, self.tls, ["one.example", "two.example"])
        other = sites.server(self.kind, self.space, text, self.plain, self.tls)
        if self.nginx:
            self.assertNotIn(f":{self.plain}", text)
        other.start()
        second = other.wait_for_certificate("two.example", self.ca)
        self.assertNotEqual(first.serial, second.serial)
        self.assertEqual(challenges, self.ca.requests()["/chalZ/"])
        other.wait_for_log("found again")

    def test_without_the_binding_nothing_is_asked_for(self):
        server = self.managed([["one.example"]], words=self.words[1:]).start()
        server.wait_for_log("(?i)external_?account_?key")
        self.assertEqual(0, self.ca.requests()["/sign-me-up"])


@on_both_servers
class Wishes(Site):
    def test_an_address_alone(self):
        server = self.managed([["one.example"]], certificate="test 127.0.0.1").start()
        self.assertEqual(["127.0.0.1"], server.wait_for_certificate("127.0.0.1", self.ca).names)
        server.wait_for_log("127.0.0.1: new certificate")

    def test_must_staple_and_lifetime(self):
        server = self.managed([["one.example"]], words=["must_staple on", "lifetime 7d"]).start()
        seen = server.wait_for_certificate("one.example", self.ca)
        if b"\x06\x08\x2b\x06\x01\x05\x05\x07\x01\x18" not in seen.der:  # id-pe-tlsfeature
            server.wait_for_log("left out must_staple")
        days = (seen.not_after.timestamp() - self.began()) / 86400
        if not 6.5 < days < 7.5:
            server.wait_for_log("lifetime")

    def began(self):
        return os.stat(self.ca.log_path).st_mtime


if __name__ == "__main__":
    unittest.main()
