"""What an issuer block can say, with a CA that insists on it: external accounts, chains, profiles, account keys."""
import base64
import glob
import json
import os
import re
import ssl
import subprocess
import unittest

from harness import verified
from harness.both import Site, on_both_servers
from harness.processes import wait_until

MAC = base64.urlsafe_b64encode(bytes(range(7, 39))).decode().rstrip("=")
WRONG_MAC = base64.urlsafe_b64encode(bytes(32)).decode().rstrip("=")


@on_both_servers
class ExternalAccount(Site):
    def setUp(self):
        super().setUp()
        self.start_ca(config={"externalAccountBindingRequired": True, "externalAccountMACKeys": {"kid-1": MAC}})

    def server(self, *words):
        return self.managed([["one.example"]], words=words, level="debug")

    def nowhere(self, server, *secrets):
        for path in [server.log_path, *glob.glob(f"{server.state_path}/engine/log*")]:
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            for secret in secrets:
                self.assertNotIn(secret, text, path)

    def test_from_a_file(self):
        key = self.space.file("mac", MAC + "\n", mode=0o600)
        server = self.server(f"external_account_key kid-1 {key}").start()
        server.wait_for_certificate("one.example", self.ca)
        self.nowhere(server, MAC)

    def test_from_the_configuration(self):
        server = self.server(f"external_account_key kid-1 data:{MAC}").start()
        server.wait_for_certificate("one.example", self.ca)
        self.nowhere(server, MAC)

    def test_without_one_it_says_what_is_missing(self):
        server = self.server().start()
        server.wait_for_log("(?i)external_?account_?key")
        self.assertFalse(self.served("one.example").verified)

    def test_with_a_wrong_one_it_says_what_is_wrong(self):
        server = self.server(f"external_account_key kid-1 data:{WRONG_MAC}").start()
        line = server.wait_for_log(r"(?m)^.*error\].*account.*$")[0]
        self.assertRegex(line, "account at test: .*key id and MAC key from it for `(external_account_key|AcmeExternalAccountKey)`")
        self.nowhere(server, WRONG_MAC)


@on_both_servers
class Chains(Site):
    def test_the_preferred_one(self):
        self.start_ca(environment={"PEBBLE_ALTERNATE_ROOTS": "2", "PEBBLE_CHAIN_LENGTH": "2"})
        roots = [self.space.file(f"root{i}.pem", self.ca.call(f"roots/{i}").decode()) for i in range(3)]
        name = subprocess.run(["openssl", "x509", "-in", roots[2], "-noout", "-subject", "-nameopt", "multiline"],
                              check=True, capture_output=True, text=True).stdout.rsplit("= ", 1)[1].strip()
        server = self.managed([["one.example"]], words=[f'preferred_chain "{name}"']).start()
        wait_until(lambda: self.trusted(server, roots[2]), 20, "a chain to the third root\n" + server.log())
        self.assertFalse(self.trusted(server, roots[0]))

    def trusted(self, server, root):
        return not isinstance(verified(server.tls_port, "one.example", root), str)

    def test_an_unknown_one_is_told(self):
        server = self.managed([["one.example"]], words=['preferred_chain "No such root"']).start()
        server.wait_for_certificate("one.example", self.ca)
        server.wait_for_log("No such root")


@on_both_servers
class Profiles(Site):
    def test_optional_and_required(self):
        server = self.managed([["one.example"]], words=["profile nonesuch"]).start()
        server.wait_for_certificate("one.example", self.ca)
        server.wait_for_log("nonesuch")
        self.assertTrue(server.stop())
        server = self.managed([["one.example"]], words=["profile nonesuch require"]).start()
        self.assertIn("default", server.wait_for_log(r"(?m)^.*error\].*nonesuch.*$")[0])
        self.assertFalse(self.served("one.example").verified)
        self.assertTrue(server.stop())
        server = self.managed([["one.example"]], words=["profile default require"]).start()
        server.wait_for_certificate("one.example", self.ca)


@on_both_servers
class Account(Site):
    def key(self):
        path = os.path.join(self.space.path, "account.key")
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path],
                       check=True, capture_output=True)
        return path

    def accounts(self, server):
        return [json.loads(open(path, encoding="ascii").read()) for path in
                glob.glob(f"{server.state_path}/engine/accounts/*/account.json")]

    def test_a_key_from_a_file(self):
        path = self.key()
        urls = set()
        for _ in range(2):  # a second server with the same key has the same account
            server = self.managed([["one.example"]], words=[f"account_key {path}"], level="debug").start()
            server.wait_for_certificate("one.example", self.ca)
            urls |= {account["url"] for account in self.accounts(server)}
            self.assertTrue(server.stop())
            with open(path, encoding="ascii") as file:
                secret = "".join(file.read().splitlines()[1:2])
            self.assertNotIn(secret, server.log())
        self.assertEqual(1, len(urls))

    def test_a_new_contact_is_sent(self):
        server = self.managed([["one.example"]]).start()
        server.wait_for_certificate("one.example", self.ca)
        before = len(re.findall("/my-account/", self.ca.log()))
        with open(server.conf_path, encoding="ascii") as file:
            text = file.read()
        # Names are added as well: a load that has nothing to ask of the CA does not ask it.
        server.write(text.replace("admin@example.com", "new@example.com").replace(
            "one.example", "one.example two.example" if self.nginx else "one.example\nServerAlias two.example"))
        server.reload()
        server.wait_for_certificate("two.example", self.ca)
        self.assertGreater(len(re.findall("/my-account/", self.ca.log())), before)
        self.assertEqual([["mailto:new@example.com"]], [account["contact"] for account in self.accounts(server)])

    def test_a_ca_that_lost_it_is_given_a_new_one_at_once(self):
        server = self.managed([["one.example"]]).start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertTrue(server.stop())
        self.ca.stop()
        self.ca.start()
        for path in glob.glob(f"{server.state_path}/engine/certificates/*/current"):
            os.remove(path)
        os.truncate(server.log_path, 0)
        server.start()
        server.wait_for_certificate("one.example", self.ca, 40)
        server.wait_for_log(r"warn\].*accountDoesNotExist")
        self.assertNotRegex(server.log(), r"acme:error|error\].*acme:|tried again")

    def test_its_state_elsewhere(self):
        elsewhere = os.path.join(self.space.path, "elsewhere")
        server = self.managed([["one.example"]], words=[f"state_path {elsewhere}"]).start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        self.assertTrue(glob.glob(f"{elsewhere}/engine/certificates/one.example-*/1/key.sealed"))
        self.assertTrue(glob.glob(f"{elsewhere}/engine/accounts/*/account.json"))
        self.assertFalse(glob.glob(f"{server.state_path}/engine/certificates/*"))
        self.assertTrue(server.stop())
        server.start()
        self.assertEqual(serial, self.served("one.example").serial)


@on_both_servers
class Certificates(Site):
    def test_each_client_gets_the_key_type_it_can_use(self):
        server = self.managed([["one.example"]], certificate="test key=ecdsa:256,rsa:2048").start()

        def type_for(ciphers):
            try:
                seen = self.served("one.example", ciphers=ciphers, maximum=ssl.TLSVersion.TLSv1_2)
            except OSError:
                return None
            return seen.key_type if seen.verified else None
        for ciphers, key_type in (("ECDHE-ECDSA-AES128-GCM-SHA256", "ecdsa:256"),
                                  ("ECDHE-RSA-AES128-GCM-SHA256", "rsa:2048")):
            wait_until(lambda: type_for(ciphers) == key_type, 30, f"{key_type}\n{server.log()}", pause=0.1)

    def test_a_hundred_names(self):
        names = [f"name-{i}.example" for i in range(100)]
        server = self.managed([names]).start()
        seen = server.wait_for_certificate("name-99.example", self.ca, 50)
        self.assertEqual(sorted(names), seen.names)
        self.assertEqual(1, self.orders())

    def test_an_ip_address(self):
        server = self.managed([["one.example"]], certificate="test one.example 127.0.0.1").start()
        seen = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(["127.0.0.1", "one.example"], seen.names)
        self.assertTrue(self.served("127.0.0.1").verified)

    def test_a_restart_with_everything_issued_asks_the_ca_nothing(self):
        server = self.managed([["one.example"], ["two.example", "three.example"]]).start()
        for name in ("one.example", "two.example"):
            server.wait_for_certificate(name, self.ca)
        wait_until(lambda: not glob.glob(f"{server.state_path}/engine/orders/*.json"), 20, "the orders are done")
        self.assertTrue(server.stop())
        before = self.asked()
        server.start()
        server.wait_for_log("(?s)managing 2 certificates.*managing 2 certificates")
        self.assertTrue(self.served("three.example").verified)
        server.reload()
        server.wait_for_log("(?s)managing 2 certificates.*managing 2 certificates.*managing 2 certificates")
        self.assertTrue(server.stop())
        self.assertEqual(before, self.asked())

    def asked(self):
        """But for when to renew, and where that is asked: from five seconds after a start on."""
        return {resource: count for resource, count in self.ca.requests().items()
                if resource != "/dir" and not resource.startswith("/draft-ietf-acme-ari-")}


if __name__ == "__main__":
    unittest.main()
