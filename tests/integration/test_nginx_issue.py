"""One directive: nginx starts with a placeholder, gets its certificate and serves it, with and without a reload."""
import os
import time
import unittest

from harness.fault_proxy import FaultProxy
from harness.nginx_site import NginxSite
from harness.processes import wait_until


class Issue(NginxSite):
    def site(self, more=""):
        return self.nginx(self.issuer() + more + self.tls_server("one.example two.example", "acme_certificate test;") +
                          self.plain_server())

    def test_the_certificate_comes_by_itself(self):
        server = self.site().start()
        seen = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(["one.example", "two.example"], seen.names)
        self.assertEqual("ecdsa:256", seen.key_type)
        self.assertEqual(seen.serial, self.served("two.example").serial)

    def test_a_placeholder_is_served_before(self):
        self.ca.stop()
        server = self.site().start()
        seen = self.served("one.example")
        self.assertFalse(seen.verified)
        server.stop()
        self.assertEqual(0, len([line for line in server.log().splitlines() if "[emerg]" in line]))

    def test_it_goes_live_without_a_reload(self):
        server = self.site("acme_reload off;").start()
        server.wait_for_log("acme: managing")  # the last process to start has
        workers = set(server.processes())
        server.wait_for_certificate("one.example", self.ca)
        time.sleep(1)
        self.assertEqual(workers, set(server.processes()))
        self.assertNotIn("reconfiguring", server.log())

    def test_one_reload_follows_and_no_more(self):
        self.ca = FaultProxy(self.space, self.ca)
        gate = self.ca.hold("/certZ/")
        server = self.site().start()
        gate.wait()
        before = set(server.processes())
        gate.release()
        server.wait_for_certificate("one.example", self.ca)
        wait_until(lambda: set(server.processes()) and not set(server.processes()) & before, 20, "all processes new")
        time.sleep(3)
        self.assertEqual(1, server.log().count(": reconfiguring\n"))
        self.assertEqual(1, self.ca.requests()["/order-plz"])
        self.assertTrue(self.served("one.example").verified)
        live = os.path.join(server.state_path, "live", "one.example")
        self.assertEqual({"cert.pem", "chain.pem", "fullchain.pem", "privkey.pem"}, set(os.listdir(live)))

    def test_a_restart_orders_nothing(self):
        server = self.site().start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        self.assertTrue(server.stop())
        orders = self.ca.requests()["/order-plz"]
        server.start()
        self.assertEqual(serial, self.served("one.example").serial)  # at once, not only after a while
        time.sleep(2)
        self.assertEqual(orders, self.ca.requests()["/order-plz"])


if __name__ == "__main__":
    unittest.main()
