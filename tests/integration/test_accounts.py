"""Accounts beside what test_issuer_settings.py has: key files that change, key types, and what is told of them."""
import glob
import json
import os
import subprocess
import unittest

from harness.both import Site, on_both_servers


@on_both_servers
class Accounts(Site):
    def key(self, name, *algorithm):
        path = os.path.join(self.space.path, name)
        chosen = algorithm or ("EC", "ec_paramgen_curve:P-256")
        subprocess.run(["openssl", "genpkey", "-algorithm", chosen[0], "-pkeyopt", chosen[1], "-out", path],
                       check=True, capture_output=True)
        return path

    def account_urls(self, server):
        paths = glob.glob(f"{server.state_path}/engine/accounts/*/account.json")
        return {json.load(open(path, encoding="ascii"))["url"] for path in paths}

    def run_with(self, server, name, logs=""):
        server.start()
        server.wait_for_certificate(name, self.ca)
        server.wait_for_log(logs)
        self.assertTrue(server.stop())

    def test_another_key_file_is_another_account_and_the_first_is_found_again(self):
        first, second = self.key("first.key"), self.key("second.key", "RSA", "rsa_keygen_bits:2048")
        server = self.managed([["one.example"]], words=[f"account_key {first}"])
        self.run_with(server, "one.example")
        with open(server.conf_path, encoding="ascii") as file:
            text = file.read()
        self.assertEqual(1, len(self.account_urls(server)))
        server.write(text.replace("first.key", "second.key").replace("one.example", "two.example"))
        self.run_with(server, "two.example")
        urls = self.account_urls(server)
        self.assertEqual(2, len(urls))
        server.write(text.replace("one.example", "three.example"))
        self.run_with(server, "three.example")
        self.assertEqual(urls, self.account_urls(server))
        self.assertEqual(2, self.ca.requests()["/sign-me-up"])

    def test_another_key_type_keeps_the_account(self):
        server = self.managed([["one.example"]])
        self.run_with(server, "one.example")
        urls = self.account_urls(server)
        with open(server.conf_path, encoding="ascii") as file:
            text = file.read()
        contact = self.line("contact admin@example.com")
        server.write(text.replace(contact, contact + self.line("account_key rsa:2048")).replace(
            "one.example", "two.example"))
        self.run_with(server, "two.example", logs="the account is kept with its key, ecdsa:256")
        self.assertEqual(urls, self.account_urls(server))

    def test_an_rsa_account_key(self):
        server = self.managed([["one.example"]], words=["account_key rsa:2048"])
        self.run_with(server, "one.example")


if __name__ == "__main__":
    unittest.main()
