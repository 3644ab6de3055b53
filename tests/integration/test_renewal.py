"""Certificates of 30 s: renewed in time by the server itself, swapped in without a gap, reloads paced."""
import re
import time
import unittest

from harness import ChallTestSrv, Pebble, Workspace, free_port, handshake, sites
from harness.fault_site import RELOADED
from harness.pebble import NOT_FOUND
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
                    self.judge(server, ca, {each.serial: each.not_before.timestamp() for each in seen[kind]})

    def start(self, kind, space, dns):
        plain, tls = free_port(), free_port()
        ca = Pebble(space, dns, http_port=plain, validity=30)
        server = sites.managed(kind, space, ca, [["a.example"]], plain, tls, level="notice",
                               extra=sites.line(kind, f"acme_reload on interval={INTERVAL}s")).start()
        server.wait_for_certificate("a.example", ca)
        return server, ca

    def judge(self, server, ca, began):
        """`began`: by the serial numbers that were seen; a short life may have been missed."""
        log = ca.log()
        issued = re.findall(r"Issued certificate serial (\w+)", log)
        for before, after in zip(issued, issued[1:]):
            # From half of its life on, or when the CA is asked what it suggests, five to fifteen seconds after: its
            # window begins in the past. In time it was: one that had expired was never served.
            if before in began and after in began:
                self.assertGreater(began[after] - began[before], 4)
        in_vain = log.count(" /order-plz -> calling handler") - len(issued)
        most = 1 + sum(bool(re.match(NOT_FOUND, serial)) for serial in issued)
        self.assertIn(in_vain, range(most + 1), "the next may be under way")
        self.judge_reloads(server)
        self.assertNotRegex(server.log(), r"\[(?:acme:)?error\].*acme")

    def judge_reloads(self, server):
        with open(f"{server.state_path}/engine/log", encoding="utf-8") as file:
            requests = re.findall(r"(?m)^\S+T(\d\d):(\d\d):(\d\d).*asking for a graceful reload", file.read())
        moments = [int(h) * 3600 + int(m) * 60 + int(s) for h, m, s in requests]
        self.assertTrue(moments)
        for before, after in zip(moments, moments[1:]):
            self.assertGreaterEqual((after - before) % 86400, INTERVAL - 1)

        def each_is_one():
            log = server.log()
            return len(re.findall(RELOADED[server.name], log)) == log.count("asking for a graceful reload")
        wait_until(each_is_one, 20, "each reload asked for is one reload\n" + server.log())
