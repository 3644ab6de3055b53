"""External account binding beside what test_issuer_settings.py has: MAC algorithms, JSON files, two customers."""
import base64
import json
import unittest

from harness import sites
from harness.both import Site, on_both_servers

MACS = {f"kid-{n}": base64.urlsafe_b64encode(bytes(range(n, n + 64))).decode().rstrip("=") for n in (1, 2)}


@on_both_servers
class Binding(Site):
    def setUp(self):
        super().setUp()
        self.start_ca(config={"externalAccountBindingRequired": True, "externalAccountMACKeys": MACS})

    def server(self, word):
        return self.managed([["one.example"]], words=[word], level="debug")

    def test_each_algorithm(self):
        for algorithm in ("HS256", "HS384", "HS512"):
            with self.subTest(algorithm=algorithm):
                server = self.server(f"external_account_key kid-1 data:{MACS['kid-1']} {algorithm}").start()
                server.wait_for_certificate("one.example", self.ca)
                self.assertTrue(server.stop())

    def test_a_json_file(self):
        path = self.space.file("eab.json", json.dumps({"kid": "kid-2", "hmac": MACS["kid-2"]}), mode=0o600)
        server = self.server(f"external_account_key {path}").start()
        server.wait_for_certificate("one.example", self.ca)

    def test_an_unknown_key_id_says_what_to_check(self):
        server = self.server(f"external_account_key kid-9 data:{MACS['kid-1']}").start()
        line = server.wait_for_log(r"(?m)^.*error\].*account at test: .*$")[0]
        self.assertRegex(line, "new key id and MAC key")
        self.assertRegex(line, "tried again in ")
        self.assertNotIn(MACS["kid-1"], server.log())

    def test_two_customers_of_one_ca(self):
        words = [f"external_account_key {kid} data:{mac}" for kid, mac in MACS.items()]
        extra = self.line("acme_reload off") + sites.issuer(self.kind, self.ca, "second", [words[1]])
        extra += sites.host(self.kind, self.tls, ["two.example"], "second")
        server = self.managed([["one.example"]], words=[words[0]], extra=extra).start()
        for name in ("one.example", "two.example"):
            server.wait_for_certificate(name, self.ca)
        self.assertEqual(2, self.ca.requests()["/sign-me-up"])

    def test_another_key_id_keeps_the_account_and_says_so(self):
        server = self.server(f"external_account_key kid-1 data:{MACS['kid-1']}").start()
        server.wait_for_certificate("one.example", self.ca)
        with open(server.conf_path, encoding="ascii") as file:
            text = file.read()
        server.write(text.replace("kid-1", "kid-2").replace(MACS["kid-1"], MACS["kid-2"]).replace(
            "one.example", "one.example two.example" if self.nginx else "one.example\nServerAlias two.example"))
        server.reload()
        server.wait_for_certificate("two.example", self.ca)
        server.wait_for_log("the account is kept, which is bound to kid-1")
        self.assertEqual(1, self.ca.requests()["/sign-me-up"])


if __name__ == "__main__":
    unittest.main()
