"""An issuer that is reached through a proxy: https by CONNECT, with and without credentials, dead and alive."""
import os
import unittest

from harness import free_port
from harness.both import Site, on_both_servers
from harness.connect_proxy import ConnectProxy

SECRET = "s3cr3t-w0rd"


@on_both_servers
class Proxy(Site):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        # Only the proxy knows where this host is.
        self.start_ca(hostname="ca.inside.example")

    def proxy(self, credentials=None):
        proxy = ConnectProxy(self.port, credentials)
        self.addCleanup(proxy.stop)
        return proxy

    def server(self, user=""):
        return self.managed([["one.example"]], words=[f"proxy http://{user}127.0.0.1:{self.port}"], level="debug")

    def check_no_secret(self, server):
        for folder, _, names in os.walk(server.folder):
            for name in names:
                path = os.path.join(folder, name)
                if path == server.conf_path or not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    self.assertNotIn(SECRET.encode(), file.read(), path)

    def test_all_that_the_ca_is_asked_goes_through_it(self):
        proxy = self.proxy(f"user:{SECRET}")
        server = self.server(f"user:{SECRET}@").start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertEqual({f"ca.inside.example:{self.ca.port}"}, set(proxy.asked))
        self.assertEqual(0, proxy.refused)
        self.assertTrue(server.stop())
        self.check_no_secret(server)

    def test_wrong_credentials_are_told_without_showing_them(self):
        proxy = self.proxy("user:another-word")
        server = self.server(f"user:{SECRET}@").start()
        server.wait_for_log(f"the proxy 127.0.0.1:{self.port} answered 407")
        self.assertTrue(server.stop())
        self.assertFalse(proxy.asked)
        self.check_no_secret(server)

    def test_a_dead_one_is_told_and_tried_again(self):
        server = self.server(f"user:{SECRET}@").start()
        server.wait_for_log(f"the proxy 127.0.0.1:{self.port}: connection refused")
        proxy = self.proxy(f"user:{SECRET}")
        server.wait_for_certificate("one.example", self.ca, 30)  # the first retry comes after 8 to 12 s
        self.assertTrue(proxy.asked)
        self.assertTrue(server.stop())
        self.check_no_secret(server)


if __name__ == "__main__":
    unittest.main()
