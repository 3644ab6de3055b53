"""dns_provider rfc2136 against a real knot, which the CA asks as well: the servers set the records themselves."""
from harness.both import Site, on_both_servers
from harness.dns import UPDATE, Forwarder, opcode
from harness.knot import Knot, free_address
from harness.pebble import Pebble
from harness.processes import wait_until

BASE = "_acme-challenge.example.org"


@on_both_servers
class Rfc2136(Site):
    def name_server(self, lines=None, spoil=None, **options):
        """The primary where resolvers look for it, and a resolver before it that counts."""
        self.knot = Knot(self.space, ["example.org", "example.net"], host=free_address(), lines=lines, **options)
        self.dns = Forwarder(self.space, self.knot.address, spoil)
        self._ca = Pebble(self.space, self.dns, http_port=self.plain)

    def server(self, names, settings="", key_file=None, hosts=None):
        words = [f"resolver {self.dns.address}", "challenge dns-01",
                 f"dns_provider rfc2136 server={self.dns.address} key_file={key_file or self.knot.key_file(self.space)} "
                 + settings]
        return self.managed(hosts or [names], words=words).start()

    def removed(self, *names):
        wait_until(lambda: not any(self.knot.txt(name) for name in names or (BASE,)), 20, "the records are gone")

    def updates(self, zone="example.org"):
        return self.dns.counts[f"UPDATE {zone}"]

    def fails(self, server, *words):
        for word in words:
            server.wait_for_log(word)
        self.assertEqual(self.knot.txt(BASE), [])

    def test_a_wildcard_and_its_base(self):
        self.name_server()
        server = self.server(["example.org", "*.example.org"])
        names = server.wait_for_certificate("any.example.org", self.ca).names
        self.assertEqual(sorted(names), ["*.example.org", "example.org"])
        self.removed()
        self.assertEqual(self.updates(), 2, "one to add both values, one to remove them")

    def test_a_cname_into_another_zone_sha512_by_tcp(self):
        self.name_server({"example.org": "_acme-challenge.www CNAME www.example.net.\n"}, algorithm="hmac-sha512")
        server = self.server(["www.example.org"], "transport=tcp")
        server.wait_for_certificate("www.example.org", self.ca)
        self.removed("www.example.net")
        self.assertEqual((self.updates(), self.updates("example.net")), (0, 2))

    def test_other_values_of_the_name_stay(self):
        self.name_server({"example.org": f'{BASE}. TXT "of somebody else"\n'})
        self.server(["example.org"]).wait_for_certificate("example.org", self.ca)
        wait_until(lambda: self.knot.txt(BASE) == ["of somebody else"], 20, "ours is gone")

    def test_a_wrong_secret(self):
        self.name_server()
        wrong = self.space.file("wrong.key", 'key "acme.example" { algorithm hmac-sha256; secret "d3Jvbmc="; };', 0o600)
        server = self.server(["example.org"], key_file=wrong)
        self.fails(server, "BADSIG", "is the secret the same")
        self.assertNotIn("d3Jvbmc", server.log())

    def test_a_key_that_the_server_does_not_know(self):
        self.name_server()
        other = self.space.file("other.key", 'key "other.example" { algorithm hmac-sha256; secret "d3Jvbmc="; };', 0o600)
        self.fails(self.server(["example.org"], key_file=other), "does not know the TSIG key other.example")

    def test_a_zone_that_takes_no_updates(self):
        self.name_server(updates=False)
        self.fails(self.server(["example.org"]), "update of the zone example.org: .*(REFUSED|NOTAUTH|BADKEY)")

    def test_garbage_instead_of_an_answer(self):
        self.name_server(spoil=lambda message, tcp: message[:2] + b"\xa8\x00" + b"\xff" * 60 if
                         opcode(message) == UPDATE else None)
        self.fails(self.server(["example.org"]), "update of the zone example.org: .*no DNS message")

    def test_every_name_server_has_it_first(self):
        first, second = free_address(), free_address(1)
        servers = {"ns1": first, "ns2": second}
        self.name_server_pair(first, second, servers, notify=[second])
        self.server(["example.org"]).wait_for_certificate("example.org", self.ca)
        self.removed()

    def test_a_secondary_that_never_gets_it(self):
        first, second = free_address(), free_address(1)
        self.name_server_pair(first, second, {"ns1": first, "ns2": second}, notify=())
        server = self.server(["example.org"], "propagation_timeout=2s")
        server.wait_for_log(rf"{BASE} is not seen everywhere after 2 s: ns2.example.org \({second}\) has no such record")
        self.removed()

    def name_server_pair(self, first, second, servers, notify):
        zones = ["example.org"]
        self.knot = Knot(self.space, zones, host=first, servers=servers, notify=notify)
        Knot(self.space, zones, host=second, primary=self.knot)
        self.dns = Forwarder(self.space, self.knot.address)
        self._ca = Pebble(self.space, self.dns, http_port=self.plain)
