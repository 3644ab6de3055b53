"""Certificates of 30 s: renewed in time by the server itself, swapped in without a gap, reloads paced."""
import re
import time
import unittest

from harness import ChallTestSrv, Pebble, Workspace, free_port, handshake, sites
from harness.fault_site import RELOADED
from harness.processes import wait_until

INTERVAL = 20
SERIALS = 3


class Renewal(unittest.TestCase):
    time_limit = 120

    def test_renewed_again_and_again(self):
        """Both servers side by side, for it takes its time."""
        with Workspace() as space:
            dns = ChallTestSrv(space)
            seen = {kind: set() for kind in sites.SERVERS}
            sites_by_kind = {kind: self.start(kind, space, dns) for kind in sites.SERVERS}
            began = time.monotonic()
            while min(len(serials) for serials in seen.values()) < SERIALS:
                self.assertLess(time.monotonic() - began, 90, seen)
                for kind, (server, ca) in sites_by_kind.items():
                    with self.subTest(server=kind):
                        now = handshake(server.tls_port, "a.example", ca.root_path)
                        self.assertTrue(now.verified, f"{now.why_not}, {now.subject}\n{server.log()}")
                    seen[kind].add(now)
                time.sleep(0.1)
            for kind, (server, ca) in sites_by_kind.items():
                with self.subTest(server=kind):
                    self.judge(server, ca, sorted(each.not_before.timestamp() for each in seen[kind]))

    def start(self, kind, space, dns):
        plain, tls = free_port(), free_port()
        ca = Pebble(space, dns, http_port=plain, validity=30)
        server = sites.managed(kind, space, ca, [["a.example"]], plain, tls, level="notice",
                               extra=sites.line(kind, f"acme_reload on interval={INTERVAL}s")).start()
        server.wait_for_certificate("a.example", ca)
        return server, ca

    def judge(self, server, ca, times):
        for before, after in zip(times, times[1:]):
            # From half of its life on, or when the CA is asked what it suggests, some ten seconds after: its window
            # begins in the past. A fifth is left even where it suggests less.
            self.assertGreater(after - before, 6)
            self.assertLess(after - before, 26)
        self.assertIn(ca.requests()["/order-plz"] - len(times), (0, 1), "the next may be under way")
        requests = re.findall(r"(\d\d):(\d\d):(\d\d).*asking for a graceful reload", server.log())
        moments = [int(h) * 3600 + int(m) * 60 + int(s) for h, m, s in requests]
        self.assertTrue(moments)
        for before, after in zip(moments, moments[1:]):
            self.assertGreaterEqual((after - before) % 86400, INTERVAL - 1)
        wait_until(lambda: len(re.findall(RELOADED[server.name], server.log())) == len(moments), 10,
                   "each reload asked for is one reload\n" + server.log())
        self.assertNotRegex(server.log(), r"\[(?:acme:)?error\].*acme")
