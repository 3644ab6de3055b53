"""Wildcards, and the hosts that serve another host's wildcard certificate instead of ordering their own."""
from harness.both import Site, on_both_servers
from harness.pebble import ChallTestSrv, Pebble
from harness.processes import wait_until

# What the provider runs: tells challtestsrv, whose management port is the first argument.
PROGRAM = """#!/usr/bin/python3
import json, sys, urllib.request
port, action, name, value = sys.argv[1:5]
verb = "set-txt" if action == "present" else "clear-txt"
body = json.dumps({"host": name.rstrip(".") + ".", "value": value}).encode()
urllib.request.urlopen(f"http://127.0.0.1:{port}/{verb}", body, timeout=30)
"""


@on_both_servers
class Wildcards(Site):
    def setUp(self):
        super().setUp()
        dns = ChallTestSrv(self.space)
        self._ca = Pebble(self.space, dns, http_port=self.plain)
        program = self.space.file("dns.py", PROGRAM, mode=0o755)
        # The more exact host stands in front: httpd takes the first that matches.
        self.words = ["challenge http-01 dns-01", f"resolver 127.0.0.1:{dns.dns_port}",
                      f"dns_provider exec {program} {dns.management_port} check=off"]

    def test_a_covered_host_serves_the_wildcard(self):
        server = self.managed([["b.a.example"], ["a.example", "*.a.example"]], words=self.words).start()
        wildcard = server.wait_for_certificate("a.example", self.ca)
        self.assertEqual(["*.a.example", "a.example"], sorted(wildcard.names))
        self.assertEqual(wildcard.serial, server.wait_for_certificate("b.a.example", self.ca).serial)
        self.assertEqual(wildcard.serial, server.wait_for_certificate("x.a.example", self.ca).serial)
        self.assertEqual(1, self.orders())

    def test_with_share_wildcard_off_it_has_its_own(self):
        server = self.managed([["b.a.example"], ["y.a.example", "*.a.example"]], words=[*self.words, "share_wildcard off"]).start()
        self.assertEqual(["*.a.example"], server.wait_for_certificate("x.a.example", self.ca).names)
        self.assertEqual(["b.a.example"], server.wait_for_certificate("b.a.example", self.ca).names)
        self.assertEqual(2, self.orders())

    def test_a_host_keeps_what_it_had_until_the_wildcard_is_there(self):
        server = self.managed([["b.a.example"]]).start()
        before = server.wait_for_certificate("b.a.example", self.ca)
        self.assertTrue(server.stop())
        broken = ["dns_provider exec /bin/false check=off"]
        wider = self.managed([["b.a.example"], ["y.a.example", "*.a.example"]], words=broken,
                             extra=self.line("acme_reload off") + self.line(f"acme_state_path {server.state_path}")).start()
        wait_until(lambda: "*.a.example" in wider.log(), 30, "the wildcard is tried")
        self.assertEqual(before.serial, wider.wait_for_certificate("b.a.example", self.ca).serial)
        self.assertFalse(self.served("x.a.example").verified)
