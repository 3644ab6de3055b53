"""CAA records, read before an order."""
from harness.both import Site, on_both_servers
from harness.control import acmectl
from harness.processes import wait_until

CA = "pebble.letsencrypt.org"


@on_both_servers
class Caa(Site):
    def begin(self, value, host="one.example", challenges="http-01"):
        self.start_ca()
        self.ca.dns.call("add-caa", host=host + ".", policies=[{"tag": "issue", "value": value}])
        words = [f"challenge {challenges}", f"resolver 127.0.0.1:{self.ca.dns.dns_port}"]
        self.server = self.managed([["www.one.example"]], words=words).start()
        return self.server

    def refused(self, said):
        wait_until(lambda: said in self.server.log(), 20, f"the log says: {said}")
        self.assertEqual(self.orders(), 0)

    def test_another_ca_is_a_clear_error_before_an_order(self):
        server = self.begin("other.example")
        self.refused("its CAA records let other CAs issue, not this one")
        self.assertIn(f'one.example. CAA 0 issue "{CA}; accounturi=https://127.0.0.1:', server.log())
        self.assertIn("validationmethods=http-01", server.log())
        # The operator mends it.
        self.ca.dns.call("clear-caa", host="one.example.")
        self.assertEqual(acmectl(server, "renew", "www.one.example").code, 0)
        server.wait_for_certificate("www.one.example", self.ca)

    def test_another_account_is_refused(self):
        self.begin(CA + "; accounturi=https://127.0.0.1/my-account/other")
        self.refused("for another account only")

    def test_only_allowed_challenges_are_used(self):
        server = self.begin(CA + "; validationmethods=http-01", challenges="tls-alpn-01 http-01")
        server.wait_for_certificate("www.one.example", self.ca)
        self.assertEqual(self.orders(), 1)
        self.assertNotRegex(server.log(), r"acme: .*failed")
