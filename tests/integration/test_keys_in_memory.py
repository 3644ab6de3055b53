"""Keys and the secret of the state directory do not linger in memory, are in no core dump, and are not swapped out."""
import os
import re
import unittest

from harness.both import Site, on_both_servers
from harness.control import DONE, acmectl
from harness.fault_site import engine_of
from harness.memory import core_of, found_in, looks_of
from harness.processes import alive, wait_until

AS_ROOT = unittest.skipUnless(os.getuid() == 0, "needs root to look into processes")


@on_both_servers
class KeysInMemory(Site):
    time_limit = 120

    def issued(self):
        server = self.managed([["one.example"]]).start()
        self.serial = server.wait_for_certificate("one.example", self.ca).serial
        return server

    def exported(self, server):
        answer = acmectl(server, "export", "one.example")
        self.assertEqual(DONE, answer.code, answer)
        return re.search(r"-----BEGIN PRIVATE KEY-----.*", answer.output, re.DOTALL)[0].encode()

    @AS_ROOT
    def test_a_key_that_is_no_longer_in_use(self):
        server = self.issued()
        engine = engine_of(server)
        key = self.exported(server)
        serving = [pid for pid in server.processes() if pid != engine and found_in(pid, looks_of(key))]
        self.assertTrue(serving, "who serves with the key has it in memory, else this looks for the wrong thing")
        self.assertEqual(DONE, acmectl(server, "renew", "--force", "one.example").code)
        server.wait_for_certificate("one.example", self.ca, other_than=self.serial)
        wait_until(lambda: not found_in(engine, looks_of(key)), 30, f"{found_in(engine, looks_of(key))} in the engine")
        for pid in serving:
            wait_until(lambda pid=pid: self.gone_from(pid, key), 30, f"the key leaves {server.processes().get(pid)}")
        self.assertEqual(engine, engine_of(server))
        self.assertNotEqual(key, self.exported(server))

    def gone_from(self, pid, key):
        """A serving process lets go of it at a handshake; Apache may have several, and ends some that have none to do."""
        self.served("one.example")
        return not alive(pid) or not found_in(pid, looks_of(key))

    @AS_ROOT
    def test_what_only_the_engine_needs(self):
        token = "a-planted-token-" + os.urandom(12).hex()
        path = self.space.file("token", token, mode=0o600)
        server = self.managed([["one.example"]], words=[f"dns_provider cloudflare api_token_file={path}",
                                                        "challenge http-01"]).start()
        server.wait_for_certificate("one.example", self.ca)
        engine = engine_of(server)
        planted = {"the token": token.encode()}
        self.assertTrue(found_in(engine, planted), "the engine has it, else this looks for the wrong thing")
        for pid in [server.master, engine]:
            for _, flags in found_in(pid, planted):
                self.assertLessEqual({"dd", "lo"}, flags)
        for pid in set(server.processes()) - {engine}:
            # httpd may just have begun one more, which forgets it before it serves.
            wait_until(lambda pid=pid: not found_in(pid, planted), 20, f"{server.processes().get(pid)} forgets it")

    @AS_ROOT
    def test_the_secret(self):
        server = self.issued()
        with open(f"{server.state_path}/secret", "rb") as file:
            secret = {"the secret": file.read()}
        engine = engine_of(server)
        seen = 0
        for pid in [server.master, *server.processes()]:
            if not alive(pid):
                continue
            for _, flags in found_in(pid, secret):
                seen += 1
                self.assertIn("dd", flags)
                if pid in (server.master, engine):
                    self.assertIn("lo", flags)
        self.assertGreaterEqual(seen, 3)
        core = core_of(engine, self.space.path)
        self.assertGreater(len(core), 100_000)
        self.assertNotIn(secret["the secret"], core)


if __name__ == "__main__":
    unittest.main()
