"""What either server's test of the configuration says of challenges, DNS providers and wildcards."""
from harness.both import on_both_servers
from harness.mistakes import MistakesSite


@on_both_servers
class Challenges(MistakesSite):
    def test_challenges(self):
        issuer, host = self.issuer, self.host
        provider = "dns_provider exec /bin/true zone=a.example"
        for case, parts, texts in (
                ("unknown", [issuer("challenge http-01 smtp-01"), host(["a.example"])],
                 ["smtp-01", "http-01, tls-alpn-01, dns-01, dns-account-01, dns-persist-01"]),
                ("twice", [issuer("challenge http http-01"), host(["a.example"])], ["http-01 is named twice"]),
                ("unknown parameter", [issuer(), host(["a.example"], "test challenge=http,dns-2")], ["dns-2", "dns-persist-01"]),
                ("no provider", [issuer("challenge dns-01"), host(["a.example"])],
                 ["dns-01 without a (dns_provider|AcmeDnsProvider)"]),
                ("no provider, in the parameter", [issuer(), host(["a.example"], "test challenge=dns-account")],
                 ["dns-account-01 without a (dns_provider|AcmeDnsProvider)"]),
                ("wildcard", [issuer(provider), host(["x.a.example"], "test *.a.example challenge=tls-alpn-01")],
                 [r"tls-alpn-01 cannot prove the wildcard \*\.a\.example"]),
                ("wildcard of another zone", [issuer(provider), host(["b.example"], "test *.b.example")],
                 [r'of issuer "test" is for the wildcard \*\.b\.example', "zone="]),
                ("address", [issuer(provider), host(["a.example"], "test 192.0.2.1 challenge=dns-01")],
                 ["dns-01 cannot prove the IP address 192.0.2.1", "tls-alpn-01"]),
                ("shared", [issuer(), host(["a.example"], "test challenge=http"), host(["a.example"], "test challenge=tls-alpn")],
                 ["another challenge at"])):
            with self.subTest(case):
                self.refused(self.server(*parts), *texts)
        for case, words, names, texts in (
                ("nginx's own spelling", ["challenge tls-alpn"], ["a.example"], ["no listener with TLS on port 443: a CA"]),
                ("both", ["challenge tls-alpn http"], ["a.example"], ["with TLS on port 443 and none on port 80"]),
                ("dns-01", [provider], ["a.example", "*.a.example"], []),
                ("dns-persist-01", ["challenge dns-persist-01"], ["a.example", "*.a.example"], [])):
            with self.subTest(case):
                server = self.server(issuer(*words), host(names))
                self.accepted(server, *texts)
                self.assertEqual(not texts, "no listener" not in server.check()[1])

    def test_words_of_the_dns(self):
        host = self.host(["a.example"])
        key, empty = self.space.file("tsig.key", "planted\n", 0o600), self.space.file("empty", "\n", 0o600)
        rfc2136 = f"dns_provider rfc2136 server=192.0.2.1 key_name=acme key_file={key}"
        self.accepted(self.server(self.issuer(rfc2136, "resolver 192.0.2.53 [2001:db8::53]:5353", "caa off",
                                              "share_wildcard off", "http01 off"), host))
        for word, texts in (("dns_provider nobody", ['unknown DNS provider "nobody"', "known: .*rfc2136"]),
                            ("dns_provider exec hook", ["no absolute path", "/absolute/program"]),
                            ("dns_provider exec", ["no program is named"]),
                            ("dns_provider rfc2136", ["server= is missing", "key_file="]),
                            (f"{rfc2136} port=53", ['unknown setting "port="', "algorithm="]),
                            (f"{rfc2136} ttl=60 ttl=61", ["ttl= is given twice"]),
                            (f"{rfc2136} ttl=0", ["bad ttl", "1 s to 24 h"]),
                            (f"{rfc2136} algorithm=rot13", ["rot13", "hmac-sha256"]),
                            (f"{rfc2136} zone=a..b", ["no domain name"]), (f"{rfc2136} zone=*.a.example", ["no name of a zone"]),
                            (f"{rfc2136} check=perhaps", ["perhaps", "authoritative, resolvers, off"]),
                            (f"{rfc2136} check=off check_servers=192.0.2.1", ["check_servers="]),
                            (f"{rfc2136} check_servers=ns.example", ["bad address", "192.0.2.53"]),
                            (f"{rfc2136} propagation_delay=soon", ["soon", "30s"]),
                            (f"{rfc2136} propagation_timeout=1d", ["bad propagation_timeout", "6 h"]),
                            ("dns_provider rfc2136 server=192.0.2.1:0 key_name=a", ["bad server"]),
                            ("dns_provider rfc2136 server=192.0.2.1 key_name=a key=planted",
                             ["key= would put a secret into the configuration", "key_file=PATH or key_env=VARIABLE"]),
                            ("dns_provider rfc2136 server=192.0.2.1 key_name=a key_file=missing.key", ["missing.key", "No such file"]),
                            (f"dns_provider rfc2136 server=192.0.2.1 key_name=a key_file={empty}", ["is empty"]),
                            ("dns_provider rfc2136 server=192.0.2.1 key_name=a key_env=ACME_NO_SUCH_THING",
                             ["no environment variable ACME_NO_SUCH_THING"]),
                            (f"{rfc2136} key_env=HOME", ["key is given twice"]),
                            ("resolver ns.example", ["bad address", "192.0.2.53"]),
                            ("resolver 192.0.2.1:0", ["bad address"]), ("resolver 192.0.2.1 192.0.2.1", ["named twice"]),
                            ("http01 perhaps", ["perhaps", "stateless, off"]),
                            ("http01 stateless", ["http01 stateless without (account_key|AcmeAccountKey) FILE", "the same file"]),
                            ("share_wildcard perhaps", ["perhaps", "neither on nor off"]),
                            ("caa perhaps", ["perhaps", "neither on nor off"])):
            with self.subTest(word):
                server = self.server(self.issuer(word), host)
                self.refused(server, *texts)
                self.assertNotIn("planted", server.check()[1])
        with self.subTest("two for all names"):
            self.refused(self.server(self.issuer(rfc2136, "dns_provider exec /bin/true"), host), "two DNS providers for all names")
        with self.subTest("two for a zone"):
            self.refused(self.server(self.issuer(f"{rfc2136} zone=a.example", "dns_provider exec /bin/true zone=A.example"), host),
                         "two DNS providers for the zone a.example")
        with self.subTest("no account key"):
            words = ["http01 stateless", f"account_key {key}"]
            self.refused(self.server(self.issuer(*words), host), "tsig.key")
        with self.subTest("a parameter"):
            self.refused(self.server(self.issuer(), self.host(["a.example"], "test share_wildcard=perhaps")), "perhaps", "neither")

    def test_a_wildcard_serves_the_hosts_that_it_covers(self):
        issuer = self.issuer("dns_provider exec /bin/true")
        hosts = self.host(["b.a.example"]) + self.host(["c.a.example"]) + self.host(["a.example"], "test a.example *.a.example")
        self.accepted(self.server(issuer, hosts),
                      r"certificate for a\.example is served by the hosts that it covers, too: b\.a\.example, c\.a\.example")
        server = self.server(self.issuer("dns_provider exec /bin/true", "share_wildcard off"), hosts)
        self.accepted(server)
        self.assertNotIn("covers", server.check()[1])

    def test_a_leading_dot(self):
        if not self.nginx:
            return
        self.accepted(self.server(self.issuer(), self.host([".a.example"])), r"a\.example and www\.a\.example")
        self.accepted(self.server(self.issuer("dns_provider exec /bin/true"), self.host([".a.example"])),
                      r"a\.example and \*\.a\.example")
