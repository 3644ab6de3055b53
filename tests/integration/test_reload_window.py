"""acme_reload ... window=: a graceful reload of ours waits for its hours; the certificate is live without it."""
import os
import re
import time

from harness.both import Site, on_both_servers
from harness.fault_site import RELOADED


def clock(offset):
    """The wall clock of UTC so many seconds from now, as HH:MM."""
    return time.strftime("%H:%M", time.gmtime(time.time() + offset))


@on_both_servers
class ReloadWindow(Site):
    def begin(self, window):
        reload = self.line(f"acme_reload on interval=1s window={window},UTC")
        server = self.managed([["one.example"]], extra=reload).start()
        server.wait_for_certificate("one.example", self.ca)
        return server

    def test_closed(self):
        server = self.begin(f"{clock(2 * 3600)}-{clock(3 * 3600)}")
        server.wait_for_log("the graceful reload waits for its window, which opens")
        self.assertFalse(os.path.exists(f"{server.state_path}/live/one.example"))
        time.sleep(1.5)
        self.assertEqual([], re.findall(RELOADED[self.kind], server.log()))

    def test_open(self):
        server = self.begin(f"{clock(-3600)}-{clock(3600)}")
        server.wait_for_log(RELOADED[self.kind])
