"""The next challenge after one that the CA could not validate, and the memory of what worked."""
from harness.both import Site, on_both_servers
from harness.control import DONE, acmectl
from harness.ports import free_port
from harness.processes import wait_until


@on_both_servers
class ChallengeOrder(Site):
    def test_http_follows_tls_alpn_and_is_remembered(self):
        # Nothing listens where this CA looks for TLS.
        self.start_ca(tls_port=free_port())
        server = self.managed([["one.example"]], words=["challenge tls-alpn-01 http-01"]).start()
        before = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(self.orders(), 2)
        server.wait_for_log("one.example: tls-alpn-01 failed.*trying http-01 next")
        # Remembered by the state directory.
        server.stop()
        server.start()
        wait_until(lambda: acmectl(server, "status").code == DONE, 20, "the engine answers")
        renewed = acmectl(server, "renew", "--force", "one.example")
        self.assertEqual(renewed.code, 0, renewed)
        self.assertEqual(self.orders(), 3)
        server.wait_for_certificate("one.example", self.ca, other_than=before.serial)
