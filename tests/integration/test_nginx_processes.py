"""The engine's process: respawned when killed, gone with its master, stopped at a stop, and none as root."""
import os
import pwd
import signal
import subprocess
import time
import unittest

from harness import places
from harness.fault_proxy import FaultProxy
from harness.nginx_site import NginxSite
from harness.processes import Daemon, alive, wait_until


class Processes(NginxSite):
    def site(self, more="", **options):
        return self.nginx(self.issuer() + more + self.tls_server("a.example", "acme_certificate test;") +
                          self.plain_server(), **options)

    def test_a_killed_engine_is_started_again(self):
        server = self.site("acme_reload off;").start()
        first = self.helper(server)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: self.helper(server) != first, 20, "a new helper")
        server.wait_for_certificate("a.example", self.ca, 30)
        self.assertEqual(1, self.ca.requests()["/order-plz"])

    def test_the_engine_goes_with_its_master(self):
        server = self.site().start()
        helper = self.helper(server)
        os.kill(server.master, signal.SIGKILL)
        # One that had only begun sees it when it looks after its engine.
        wait_until(lambda: not alive(helper), 30, "the helper has ended")

    def test_a_stop_is_quick(self):
        """While the CA does not answer, which would be waited for for half a minute."""
        self.ca = FaultProxy(self.space, self.ca)
        gate = self.ca.hold("/dir")
        server = self.site().start()
        gate.wait()
        began = time.monotonic()
        self.assertTrue(server.stop())
        self.assertLess(time.monotonic() - began, 20)

    def test_an_operators_reload_during_the_order_loses_nothing(self):
        server = self.site("acme_reload off;").start()
        for _ in range(3):
            server.reload()
            time.sleep(0.2)
        server.wait_for_certificate("a.example", self.ca, 30)
        self.assertLessEqual(self.ca.requests()["/order-plz"], 1)
        wait_until(lambda: len(server.processes()) == 2, 20, "one worker, one helper")

    @unittest.skipUnless(os.getuid() == 0, "needs root")
    def test_no_engine_runs_as_root(self):
        server = self.site(main="master_process off;")
        server.start(wait=False)
        server.wait_for_log("the engine does not run as root")
        self.assertFalse(self.served("a.example").verified)

    def test_without_a_master_process(self):
        server = self.site(main="master_process off;")
        user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", user, server.folder], check=True)
            for name in ("output.log", "error.log"):
                path = os.path.join(server.folder, name)
                if os.path.exists(path):
                    os.remove(path)
        command = (["setpriv", "--reuid", user, "--regid", "nogroup", "--clear-groups"] if os.getuid() == 0 else [])
        server.daemon = Daemon(command + server.command(), os.path.join(self.space.path, "single.log"), isolated=True)
        server.wait_for_certificate("a.example", self.ca)
        server.wait_for_log("does not survive a reload")
        self.assertNotIn("reconfiguring", server.log())
        self.assertTrue(self.served("a.example").verified)
        self.assertTrue(server.stop())


if __name__ == "__main__":
    unittest.main()
