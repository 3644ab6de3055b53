"""What either server's test of the configuration says of mistakes: where, what, and what is accepted instead."""
import os
import subprocess

from harness import sites
from harness.both import NoCa, on_both_servers
from harness.mistakes import MistakesSite
from harness.processes import wait_until


@on_both_servers
class Mistakes(MistakesSite):
    def test_certificates(self):
        issuer, host = self.issuer(), self.host
        own = self.space.file("own.pem", "never read\n")
        own_lines = "ssl_certificate {0};\nssl_certificate_key {0};\n" if self.nginx else "SSLCertificateFile {0}\n"
        for case, parts, texts in (
                ("unknown issuer", [host(["a.example"], "nobody")], ['unknown issuer "nobody"', "defines? one"]),
                ("duplicate issuer", [issuer, issuer, host(["a.example"])], ['"test" is defined twice', "first at"]),
                ("no names", [issuer, host(["_"] if self.nginx else ["localhost"])],
                 ["no name", "give the virtual host a public name"]),
                ("bad domain", [issuer, host(["a.example"], "test a..example")], [r'a\.\.example']),
                ("wildcard", [issuer, host(["a.example"], "test *.a.example")],
                 [r"http-01 cannot prove the wildcard \*\.a\.example", "DNS challenge.*one by one"]),
                ("key type", [issuer, host(["a.example"], "test key=dsa")], ["dsa", "ecdsa:256"]),
                ("weak key", [issuer, host(["a.example"], "test key=rsa:1024")], ["1024", "rsa:2048"]),
                ("given twice", [issuer, host(["a.example"], "test", self.line("    acme_certificate test"))],
                 ["given twice|duplicate"]),
                ("own certificate", [issuer, host(["a.example"], "test", own_lines.format(own))],
                 ["own.pem|SSLCertificateFile at", "remove"]),
        ):
            with self.subTest(case):
                self.refused(self.server(*parts), *texts)

    def test_issuers(self):
        host = self.host(["a.example"])
        no_pem = self.space.file("no.pem", "# none yet\n")
        broken = self.space.file("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        bogus = "bogus 1" if self.nginx else "acme_bogus 1"
        for word, texts in ((bogus, ["(?i)bogus", "(?i)contact"]),
                            ("key rsa:1024", ["1024", "rsa:2048"]), ("account_key rsa:512", ["512", "rsa:2048"]),
                            ("account_key missing.pem", ["missing.pem", "No such file"]),
                            ("ssl_trusted_certificate missing.pem", ["missing.pem", "No such file"]),
                            (f"ssl_trusted_certificate {self.space.path}", ["no regular file"]),
                            ("ssl_trusted_certificate /dev/null", ["no regular file"]),
                            (f"ssl_trusted_certificate {no_pem}", ["no.pem.* has no certificate", "PEM"]),
                            (f"ssl_trusted_certificate {broken}", ["broken.pem.*certificate 1 .*cannot be read"]),
                            ("contact nobody", ["nobody", "admin@example.com"]), ("challenge smtp-01", ["smtp-01", "http-01"]),
                            ("external_account_key kid data:???", ["kid", "base64url"]),
                            ("external_account_key kid", ["(?i)external_?account_?key"]),
                            ("renew_before soon", ["soon", "33%"]), ("profile short maybe", ["maybe", "require"]),
                            ("common_name_in_csr perhaps", ["perhaps", "neither on nor off"])):
            with self.subTest(word):
                self.refused(self.server(self.issuer(word), host), *texts)
        with self.subTest("uri"):
            block = self.issuer().replace(NoCa.uri, "http://ca.example/dir")
            self.refused(self.server(block, host), "http://ca", "https")
        with self.subTest("an unknown name without uri"):
            block = "acme_issuer ours { }\n" if self.nginx else "<AcmeIssuer ours>\n</AcmeIssuer>\n"
            self.refused(self.server(block, self.host(["a.example"], "ours")), "has no uri", "letsencrypt")

    def test_words_of_a_whole_life(self):
        host = self.host(["a.example"])
        own = self.space.file("eab.json", '{"kid": "k"}\n', 0o600)
        for word, texts in (("fallback nobody", ['unknown fallback issuer "nobody"', "defines? one"]),
                            ("fallback test", ["its own fallback"]), ("fallback after=2", ["no issuer is named"]),
                            ("fallback x after=0", ["after=0", "1 to 100"]), ("fallback a/b", ["bad issuer name"]),
                            ("proxy proxy.example:3128", ["bad proxy URL", "http://.*host:port"]),
                            ("proxy http://u:planted@proxy.example", ["bad proxy URL"]),
                            ("must_staple perhaps", ["perhaps", "neither on nor off"]),
                            ("reuse_key perhaps", ["perhaps", "neither on nor off"]),
                            ("lifetime 1s", ["1s", "30s to 3660d"]), ("lifetime soon", ["soon", "30s to 3660d"]),
                            ("renew_window 2-5", ["2-5", "HH:MM-HH:MM"]),
                            ("renew_window 02:00-05:00 Nowhere/Place", ["Nowhere/Place", "Europe/Berlin"]),
                            ("renew_window 02:00-05:00 ../../etc/passwd", ["no time zone", "Europe/Berlin"]),
                            ("staging_uri http://ca.example/dir", ["http://ca", "https"]),
                            ("external_account_key missing.json", ["missing.json", "No such file"]),
                            (f"external_account_key {own}", ["no MAC key in it", "hmac"]),
                            ("external_account_key data:AAAA", ["without its key id", "JSON"]),
                            ("external_account_key kid data:AAAA HS1", ["HS1", "HS256, HS384, HS512"])):
            with self.subTest(word):
                server = self.server(self.issuer(word), host)
                self.refused(server, *texts)
                self.assertNotIn("planted", server.check()[1])

    def test_what_is_written_twice(self):
        host = self.host(["a.example"])
        for word in ("key rsa:2048", "account_key rsa:2048", "lifetime 7d", "external_account_key kid data:AAAA",
                     "preferred_chain x", "must_staple off"):
            with self.subTest(word):
                self.refused(self.server(self.issuer(word, word), host), "given twice")

    def test_what_contradicts_itself(self):
        issuer, host = self.issuer(), self.host
        for case, parts, texts in (
                ("renew_before", [self.issuer("lifetime 6d"), host(["a.example"], "test renew_before=7d")],
                 ["(renew_before|AcmeRenewBefore) 7 days is not within lifetime 6 days"]),
                ("window", [self.issuer("lifetime 12h", "renew_window 02:00-05:00 UTC"), host(["a.example"])],
                 ["lifetime 12 h with (renew_window|AcmeRenewWindow)"]),
                ("shared", [issuer, host(["a.example"], "test lifetime=7d"), host(["a.example"], "test lifetime=8d")],
                 ["another lifetime at", "share one certificate"]),
                ("parameter twice", [issuer, host(["a.example"], "test lifetime=7d lifetime=8d")], ["lifetime= is given twice"]),
                ("parameter junk", [issuer, host(["a.example"], "test reuse_key=perhaps")], ["perhaps", "neither"]),
                ("no parameter", [issuer, host(["a.example"], "test color=red")], ["color=", "must_staple="])):
            with self.subTest(case):
                self.refused(self.server(*parts), *texts)

    def test_directives_of_the_server(self):
        issuer, host = self.issuer(), self.host(["a.example"])
        for line, texts in (("acme_on_event often /bin/true", ["often", "challenge-setup"]),
                            ("acme_on_event renewed true", ["absolute path"]),
                            ("acme_reload perhaps", ["perhaps", "on.off"]),
                            ("acme_reload on window=2-5", ["2-5", "HH:MM-HH:MM"]),
                            ("acme_reload on window=02:00-05:00,Nowhere/Place", ["Nowhere/Place", "Europe/Berlin"]),
                            ("acme_reload off window=02:00-05:00", ["off has no window"]),
                            ("acme_reload on interval=x", ["bad time", "30s"]),
                            ("acme_reload on often", ["often", "interval=60s"]),
                            ("acme_require_https always", ["always", "off, temporary, permanent"])):
            with self.subTest(line):
                self.refused(self.server(issuer, self.line(line), host), *texts)
        for line in ("acme_reload on", "acme_require_https off", "acme_state_path elsewhere"):
            with self.subTest(f"{line} twice"):
                self.refused(self.server(issuer, self.line(line), self.line(line), host), "given twice")
        missing = self.line("acme_on_event installed /nonexistent/program")
        self.accepted(self.server(issuer, missing, host), "/nonexistent/program.*(No such file|cannot be run)")

    def test_names_in_utf8(self):
        server = self.server(self.issuer(), self.host(["a.example"], "test a.example b\u00fccher.example"))
        self.accepted(server)
        server = self.server(self.issuer(), self.host(["a.example"], "test \u00fc..example"))
        self.refused(server, "is no domain name")

    def test_regular_expressions_are_left_out_and_told(self):
        if self.nginx:
            server = self.server(self.issuer(), self.host(["a.example", r"~^x\d+\.example$"]))
            self.accepted(server, r"nginx\.conf:\d+: left out of the certificate: ~\^x")
        else:
            server = self.server(self.issuer(), self.host(["a.example", "*.b.example"]))
            self.refused(server, r"wildcard \*\.b\.example")

    def test_what_cannot_be_had_by_inheritance_is_told_and_not_refused(self):
        hosts = self.host(["localhost"], "") + self.host(["a.example", "*.a.example"], "")
        server = self.server(self.issuer(), self.line("acme_certificate test"), hosts)
        self.accepted(server, "no name that a CA could certify", r"left out: \*\.a\.example")

    def test_the_state_directory_is_a_file(self):
        server = self.server(self.issuer(), self.host(["a.example"]))
        self.space.file(server.state_path, "in the way\n")
        status, output = server.check()
        self.assertNotEqual(0, status, output)
        self.assertRegex(output, f"{server.state_path}.* is (no|not a) directory")

    def test_the_state_directory_lies_in_a_cache(self):
        cache = os.path.join(self.space.path, "cache")
        line = f"proxy_cache_path {cache} keys_zone=c:1m;\n" if self.nginx else f"CacheRoot {cache}\n"
        server = self.server(line, self.line(f"acme_state_path {cache}/acme"), self.issuer(), self.host(["a.example"]))
        if not self.nginx:
            sites.load_modules(server, "cache", "cache_disk")
        status, output = server.check()
        self.assertNotEqual(0, status, output)
        self.assertRegex(output, f"{cache}.*cache")
        with self.subTest("that of an issuer"):
            server = self.server(line, self.issuer(f"state_path {cache}/acme"), self.host(["a.example"]))
            if not self.nginx:
                sites.load_modules(server, "cache", "cache_disk")
            status, output = server.check()
            self.assertNotEqual(0, status, output)
            self.assertRegex(output, f"{cache}.*cache")

    def test_no_listener_on_port_80_is_warned_about(self):
        server = self.server(self.issuer(), self.host(["a.example"]))
        self.accepted(server, "no listener on port 80")

    def test_a_mistake_stops_only_the_load(self):
        server = self.managed([["one.example"]]).start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        with open(server.conf_path, encoding="ascii") as file:
            right = file.read()
        bad = self.host(["two.example"], "nobody")
        server.write(right + bad if not self.nginx else right.rstrip().rstrip("}") + bad + "}\n")
        status, output = server.check()
        self.assertNotEqual(0, status, output)
        self.assertIn('unknown issuer "nobody"', output)
        if self.nginx:  # httpd ends when it reads a broken file; apachectl graceful tests it first
            server.reload()
            server.wait_for_log('unknown issuer "nobody"')
        else:
            done = subprocess.run(["sh", "-c", '"$@" && echo would reload', "sh", *server.test_command()],
                                  capture_output=True, text=True, check=False)
            self.assertNotIn("would reload", done.stdout)
        self.assertEqual(serial, server.wait_for_certificate("one.example", self.ca).serial)
        server.write(right)
        server.reload()
        wait_until(lambda: server.log().count("managing 1 certificate") == 2, 20, "the engine after the reload")
        self.assertEqual(serial, server.wait_for_certificate("one.example", self.ca).serial)
        self.assertEqual(1, self.orders())
