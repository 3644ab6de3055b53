"""Each file of conf-examples/ is accepted by its server; those that change no DNS bring certificates for all their
names (providers have tests of their own)."""
import unittest

from harness import ChallTestSrv, Pebble, Workspace, free_port, handshake
from harness.examples import EXTERNAL_ACCOUNT, all_examples
from harness.processes import wait_until


class ConfExamples(unittest.TestCase):
    time_limit = 120

    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.plain, self.tls = free_port(), free_port()
        self.ca = Pebble(self.space, ChallTestSrv(self.space), http_port=self.plain, tls_port=self.tls,
                         config={"externalAccountMACKeys": EXTERNAL_ACCOUNT})

    def site(self, example):
        return example.site(self.space, dict.fromkeys(example.issuers, self.ca), "127.0.0.1", self.plain, self.tls)

    def served(self, name):
        try:
            seen = handshake(self.tls, name, self.ca.root_path)
        except OSError:
            return None
        return seen if seen.verified else None

    def accepted(self, server):
        examples = [example for example in all_examples() if example.server == server]
        self.assertEqual(["commercial-ca", "dns-persist-01", "inherited", "minimal", "multi-name", "notices",
                          "several-issuers", "status", "tls-alpn-01", "wildcard-cloudflare", "wildcard-exec",
                          "wildcard-rfc2136"],
                         [example.name for example in examples])
        for example in examples:
            with self.subTest(example=example.name):
                status, output = self.site(example).check()
                self.assertEqual(0, status, output)

    def every_name_is_served(self, server):
        for example in all_examples():
            if example.server != server or example.needs_dns:
                continue
            with self.subTest(example=example.name):
                running = self.site(example).start()
                try:
                    self.hosts_are_served(example.hosts, running)
                finally:
                    running.stop()

    def hosts_are_served(self, hosts, running):
        for host in hosts:
            for name in host.names:
                # Another process may look for new certificates 50 ms later than the one that was asked before.
                seen = wait_until(lambda name=name: self.served(name), 20, name + "\n" + running.log())
                self.assertEqual(sorted(host.names), seen.names)

    def test_nginx_accepts(self):
        self.accepted("nginx")

    def test_apache_accepts(self):
        self.accepted("apache")

    def test_nginx_serves(self):
        self.every_name_is_served("nginx")

    def test_apache_serves(self):
        self.every_name_is_served("apache")
