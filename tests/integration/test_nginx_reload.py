"""An automatic reload never makes anything worse: not during a binary upgrade, not with an edit on disk."""
import os
import re
import signal
import time
import unittest

from harness import Pebble
from harness.nginx_site import NginxSite
from harness.processes import wait_until


class Reload(NginxSite):
    def setUp(self):
        super().setUp()
        self.ca.stop()
        self.ca = Pebble(self.space, self.dns, http_port=self.plain, validity=30)

    def site(self, start=True):
        server = self.nginx(self.issuer() + "acme_reload on interval=1s;" +
                            self.tls_server("a.example", "acme_certificate test;") + self.plain_server())
        return server.start() if start else server

    def test_renewals_go_on_and_reload_each_time(self):
        server = self.site()
        first = server.wait_for_certificate("a.example", self.ca).serial
        second = server.wait_for_certificate("a.example", self.ca, 40, other_than=first).serial
        server.wait_for_certificate("a.example", self.ca, 40, other_than=second)
        server.wait_for_log(r"(?s): reconfiguring.*: reconfiguring")

    def test_no_edit_on_disk_is_activated(self):
        server = self.site()
        first = server.wait_for_certificate("a.example", self.ca).serial
        wait_until(lambda: ": reconfiguring\n" in server.log(), 20, "the reload of the first issuance")
        time.sleep(1)
        count = server.log().count(": reconfiguring\n")
        with open(server.conf_path, "a", encoding="ascii") as file:
            file.write("# a harmless edit\n")
        server.wait_for_certificate("a.example", self.ca, 40, other_than=first)
        time.sleep(3)
        self.assertEqual(count, server.log().count(": reconfiguring\n"))
        self.assertEqual(1, len(re.findall(r"\[(?:warn|notice)\] .*nginx\.conf", server.log())), server.log())

    @unittest.skipUnless(os.getuid() == 0, "pids are those of a namespace")
    def test_none_during_a_binary_upgrade(self):
        server = self.site(start=False)
        in_foreground = server.command()  # where nginx ignores SIGUSR2
        server.command = lambda: [word.replace("daemon off;", "daemon on;") for word in in_foreground]
        server.start()
        first = server.wait_for_certificate("a.example", self.ca).serial
        wait_until(lambda: ": reconfiguring\n" in server.log(), 20, "the reload of the first issuance")
        time.sleep(1)
        os.kill(server.master, signal.SIGUSR2)
        wait_until(lambda: os.path.exists(server.pid_path + ".oldbin") and os.path.exists(server.pid_path), 10,
                   "two masters")
        count = server.log().count(": reconfiguring\n")
        server.wait_for_certificate("a.example", self.ca, 40, other_than=first)
        time.sleep(3)
        self.assertEqual(count, server.log().count(": reconfiguring\n"))


if __name__ == "__main__":
    unittest.main()
