"""Certificates that the configuration does not name any more: told once, kept until a day after they expired."""
import os
import time

from harness import sites
from harness.both import Site, on_both_servers
from harness.processes import wait_until


@on_both_servers
class Orphans(Site):
    time_limit = 90

    def text(self, server, hosts):
        inside = (sites.issuer(self.kind, self.ca) + self.line("acme_reload off") +
                  sites.plain(self.kind, self.plain) +
                  "".join(sites.host(self.kind, self.tls, names) for names in hosts))
        if self.nginx:
            return server.configuration(inside)
        return server.configuration(inside, (f"127.0.0.1:{self.plain}", f"127.0.0.1:{self.tls}"))

    def stored(self, server):
        return sorted(name.rsplit("-", 1)[0] for name in os.listdir(f"{server.state_path}/engine/certificates"))

    def test_told_and_kept_and_live_goes_once_expired(self):
        self.start_ca(validity=30)
        server = self.managed([["one.example"], ["two.example"]]).start()
        for name in ("one.example", "two.example"):
            server.wait_for_certificate(name, self.ca)
        server.reload()
        wait_until(lambda: os.path.isdir(f"{server.state_path}/live/two.example"), 20, "live/ is written")
        server.write(self.text(server, [["one.example"]]))
        server.reload()
        server.wait_for_log("stored but not configured any more: two.example-")
        self.assertEqual(self.stored(server), ["one.example", "two.example"])
        self.assertIn("two.example", os.listdir(f"{server.state_path}/live"))
        time.sleep(31)  # it expires
        server.reload()
        server.wait_for_log("live/two.example is removed")
        self.assertNotIn("two.example", os.listdir(f"{server.state_path}/live"))
        # The stored one has a day yet.
        self.assertEqual(self.stored(server), ["one.example", "two.example"])
