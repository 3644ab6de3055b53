"""dns-01 by an acme-dns server: registered once, the CNAME shown until it is there, kept over restarts."""
from harness.acme_dns import AcmeDns
from harness.both import Site, on_both_servers
from harness.control import acmectl
from harness.pebble import ChallTestSrv, Pebble

NAME = "_acme-challenge.one.example"


@on_both_servers
class AcmeDnsProvider(Site):
    def test_from_registration_to_certificate(self):
        dns = ChallTestSrv(self.space)
        self._ca = Pebble(self.space, dns, http_port=self.plain)
        api = AcmeDns(self.space, dns)
        resolver = f"127.0.0.1:{dns.dns_port}"
        server = self.managed([["one.example", "*.one.example"]], level="info", words=[
            "challenge dns-01", f"resolver {resolver}",
            f"dns_provider acme-dns server={api.url} check_servers={resolver}"]).start()
        server.wait_for_log(rf"set once: {NAME}\. CNAME sub-1\.auth\.example\.")
        self.assertEqual(api.seen, ["/register"])
        server.stop()
        dns.call("set-cname", host=NAME + ".", target="sub-1.auth.example.")
        server.start()
        # An operator's start is a try.
        seen = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(set(seen.names), {"one.example", "*.one.example"})
        self.assertEqual(api.seen, ["/register", "/update", "/update"])
        self.assertNotIn("p4ssword", server.log())
        self.assertEqual(acmectl(server, "status").code, 0)
