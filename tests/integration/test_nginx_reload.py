"""An automatic reload never makes anything worse: not during a binary upgrade, not with an edit on disk."""
import contextlib
import os
import re
import signal
import time
import unittest

from harness import Pebble
from harness.fault_proxy import FaultProxy
from harness.nginx_site import NginxSite
from harness.processes import wait_until


class Reload(NginxSite):
    def setUp(self):
        super().setUp()
        self.ca.stop()
        self.ca = FaultProxy(self.space, Pebble(self.space, self.dns, http_port=self.plain, validity=30))

    def site(self, start=True):
        server = self.nginx(self.issuer() + "acme_reload on interval=1s;" +
                            self.tls_server("a.example", "acme_certificate test;") + self.plain_server())
        return server.start() if start else server

    @contextlib.contextmanager
    def renewal_under_way(self, server):
        """The second certificate comes after what is done meanwhile, and no reload follows."""
        gate = self.ca.hold("/certZ/", nth=2)
        server.start()
        first = server.wait_for_certificate("a.example", self.ca).serial
        wait_until(lambda: server.log().count(": reconfiguring\n") == 1, 20, "the reload of the first issuance")
        gate.wait(40)
        yield
        gate.release()
        server.wait_for_certificate("a.example", self.ca, 30, other_than=first)
        server.wait_for_log("no graceful reload yet: ")
        time.sleep(3)
        self.assertEqual(1, server.log().count(": reconfiguring\n"))

    def test_renewals_go_on_and_reload_each_time(self):
        server = self.site()
        first = server.wait_for_certificate("a.example", self.ca).serial
        second = server.wait_for_certificate("a.example", self.ca, 40, other_than=first).serial
        server.wait_for_certificate("a.example", self.ca, 40, other_than=second)
        server.wait_for_log(r"(?s): reconfiguring.*: reconfiguring")

    def test_no_edit_on_disk_is_activated(self):
        server = self.site(start=False)
        with self.renewal_under_way(server):
            with open(server.conf_path, "a", encoding="ascii") as file:
                file.write("# a harmless edit\n")
        self.assertEqual(1, len(re.findall(r"\[(?:warn|notice)\] .*nginx\.conf", server.log())), server.log())

    @unittest.skipUnless(os.getuid() == 0, "pids are those of a namespace")
    def test_none_during_a_binary_upgrade(self):
        server = self.site(start=False)
        in_foreground = server.command()  # where nginx ignores SIGUSR2
        server.command = lambda: [word.replace("daemon off;", "daemon on;") for word in in_foreground]
        with self.renewal_under_way(server):
            os.kill(server.master, signal.SIGUSR2)
            wait_until(lambda: os.path.exists(server.pid_path + ".oldbin") and os.path.exists(server.pid_path), 20,
                       "two masters")


if __name__ == "__main__":
    unittest.main()
