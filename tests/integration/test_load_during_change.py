"""Visitors notice nothing of a new certificate or a dead engine, and of a reload only what the server's own costs.

`make soak` runs the same with ten times the numbers.
"""
import unittest

from harness.change_site import NAMES, ChangeSite
from harness.both import on_both_servers
from harness.control import DONE, acmectl
from harness.load import CONNECTIONS
from harness.processes import PATIENCE

KIB_OF_SWAPS, KIB_OF_RELOADS = 3072, 1024  # of anonymous memory


class LoadDuringChange(ChangeSite):
    time_limit = 300
    swaps, deaths, reloads, upgrades, restarts = 10, 5, 5, 1, 1
    turn = 5  # so many reloads of the one, then of the other

    def setUp(self):
        super().setUp()
        self.start_ca(validity=1200)  # for a longer life no CA issues as often
        self.notes = []  # shown below the test's line

    def note(self, change, times, seen, server=None):
        who = "its twin" if server is self.twin else self.kind
        cells = [f"{part.answered:7} {part.failed:5}" for part in seen.parts.values()]
        self.notes.append(f"{f'{who}: {times} x {change}':26} " + " |".join(cells) + f" | {seen.visits.longest_pause_ms} ms")

    def nothing_failed(self, change, times, seen):
        self.note(change, times, seen)
        self.assertEqual(0, seen.failed, f"{change}: {seen}\n{self.server.log()[-4000:]}")
        for part in seen.parts.values():
            self.assertGreater(part.answered, 0, seen)

    def test_all(self):
        self.set_up_servers()
        self.notes.append(f"{'':26}   kept alive |     one each |     wrk, TLS |     visitors | longest pause"
                          "    (answered, failed)")
        self.all_changes()
        self.assertTrue(self.server.running)

    def all_changes(self):
        self.swapped()
        self.killed()
        self.reloaded()
        if self.nginx:
            self.upgraded()
        self.restarted()
        self.nothing_failed("swapped after all", len(NAMES), self.during(self.swap))

    def swapped(self):
        """A turn issues as many as there are names."""
        turns = self.swaps // len(NAMES)
        warm = self.during(self.swap)
        before = self.sizes(self.server)
        seen = warm + self.during(self.swap, times=turns - 1)
        self.nothing_failed("swapped", turns * len(NAMES), seen)
        self.grown_less("swaps", before, self.sizes(self.server), KIB_OF_SWAPS)

    def killed(self):
        self.nothing_failed("engine killed", self.deaths, self.kill_engines(self.deaths))
        self.assertEqual(DONE, acmectl(self.server, "status").code)

    def in_turns(self, change, times):
        """(what was seen, what was seen of the twin), in turns, so that other work on the machine meets both."""
        mine = its = None
        while times > 0:
            now = min(times, self.turn)
            one, other = (self.during(change, server, now) for server in (self.server, self.twin))
            mine, its = (one, other) if mine is None else (mine + one, its + other)
            times -= now
        return mine, its

    def compared(self, change, times, mine, its):
        self.note(change, times, mine)
        self.note(change, times, its, self.twin)
        self.assertEqual(0, mine.visits.untrusted, mine.visits.complaints)

    def no_worse(self, change, times, mine, its):
        """A connection that is kept open ends with the process that holds it; no other one may be lost."""
        self.compared(change, times, mine, its)
        self.assertLessEqual(mine.kept_alive.failed, CONNECTIONS * times, mine)
        for name in ("one_each", "tls", "visits"):
            own, others = mine.parts[name], its.parts[name]
            self.assertLessEqual(own.failed, 2 * others.failed, f"{name}: {own}, its twin {others}\n"
                                 f"{self.server.log()[-4000:]}")

    def reloaded(self):
        self.in_turns(self.reload, 1)
        before, twins = self.sizes(self.server), self.sizes(self.twin)["master"]
        self.no_worse("reloaded", self.reloads, *self.in_turns(self.reload, self.reloads))
        after = self.sizes(self.server)
        for sizes in (before, after):  # a worker is as large as what it has served
            del sizes["worker"]
        its = (self.sizes(self.twin)["master"] - twins).kib
        self.grown_less("reloads", before, after, KIB_OF_RELOADS + max(0, its))

    def upgraded(self):
        self.no_worse("upgraded", self.upgrades, *self.in_turns(self.upgrade, self.upgrades))

    def restarted(self):
        mine, its = self.in_turns(self.restart, self.restarts)
        self.compared("restarted", self.restarts, mine, its)
        self.assertLess(mine.visits.longest_pause_ms, its.visits.longest_pause_ms + 3000 * PATIENCE, self.server.log()[-4000:])

    def grown_less(self, what, before, after, kib):
        for name, size in after.items():
            grown = size - before[name]
            self.notes.append(f"{f'{self.kind}: {name} after {what}':34} {size.kib} KiB ({grown.kib:+}), "
                              f"{size.descriptors} descriptors ({grown.descriptors:+})")
            self.assertLess(grown.kib, kib, f"{name} after {what}: {before[name]}, then {size}")
            # A worker has those of its connections besides.
            self.assertLess(grown.descriptors, 4 * CONNECTIONS + 4 if name == "worker" else 4, (name, what))


on_both_servers(LoadDuringChange)

if __name__ == "__main__":
    unittest.main()
