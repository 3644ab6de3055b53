"""key=ecdsa:256,rsa:2048: ordered, served and renewed as one."""
import subprocess
import unittest

from harness.both import Site, on_both_servers
from harness.processes import wait_until

CLIENTS = {
    ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"): "ecdsa:256",
    ("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"): "rsa:2048",
    ("-tls1_3", "-sigalgs", "ecdsa_secp256r1_sha256"): "ecdsa:256",
    ("-tls1_3", "-sigalgs", "rsa_pss_rsae_sha256"): "rsa:2048",
    (): "ecdsa:256",
}


@on_both_servers
class TwoKeys(Site):
    def seen_by(self, options):
        """(key type, serial) of what openssl s_client gets and verifies; None when it does not."""
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.tls}", "-servername", "one.example", "-CAfile",
             self.ca.root_path, "-verify_return_error", *options],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode or "BEGIN CERTIFICATE" not in done.stdout:
            return None
        shown = subprocess.run(["openssl", "x509", "-noout", "-text"], input=done.stdout, capture_output=True, text=True,
                               check=True).stdout
        serial = subprocess.run(["openssl", "x509", "-noout", "-serial"], input=done.stdout, capture_output=True,
                                text=True, check=True).stdout
        return ("rsa:2048" if "rsaEncryption" in shown else "ecdsa:256"), serial

    def all_served(self):
        seen = {options: self.seen_by(options) for options in CLIENTS}
        right = all(found and found[0] == CLIENTS[options] for options, found in seen.items())
        return seen if right else None

    def test_each_client_has_the_right_one(self):
        server = self.managed([["one.example"]], certificate="test key=ecdsa:256,rsa:2048").start()
        wait_until(self.all_served, 40, "each client has its key type", pause=0.3)
        self.assertEqual(2, self.orders())
        self.assertTrue(server.running)

    def test_both_are_renewed(self):
        self.start_ca(validity=40)
        server = self.managed([["one.example"]], certificate="test key=ecdsa:256,rsa:2048").start()
        first = wait_until(self.all_served, 40, "each client has its key type", pause=0.3)

        def renewed():
            seen = self.all_served()
            return seen and all(seen[options][1] != first[options][1] for options in CLIENTS)
        wait_until(renewed, 60, "both are renewed\n" + server.log(), pause=0.3)  # after 32 s of 40 at the latest
    test_both_are_renewed.time_limit = 130


if __name__ == "__main__":
    unittest.main()
