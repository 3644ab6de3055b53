"""Wildcards, and the hosts that serve another host's wildcard certificate instead of ordering their own."""
from harness.both import Site, on_both_servers
from harness.processes import wait_until


@on_both_servers
class Wildcards(Site):
    def test_a_host_keeps_what_it_had_until_the_wildcard_is_there(self):
        server = self.managed([["b.a.example"]]).start()
        before = server.wait_for_certificate("b.a.example", self.ca)
        self.assertTrue(server.stop())
        broken = ["dns_provider exec /bin/false check=off"]
        wider = self.managed([["b.a.example"], ["y.a.example", "*.a.example"]], words=broken,
                             extra=self.line("acme_reload off") + self.line(f"acme_state_path {server.state_path}")).start()
        wait_until(lambda: "*.a.example" in wider.log(), 15, "the wildcard is tried")
        self.assertEqual(before.serial, wider.wait_for_certificate("b.a.example", self.ca).serial)
        self.assertFalse(self.served("x.a.example").verified)
