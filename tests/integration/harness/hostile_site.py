"""Hostile CAs, many at a time: each case is an issuer of its own with one virtual host, named after the case.

    class Resets(HostileSite):
        cases = (Case("reset-in-body", arm_it, says=("connection broken",)), ...)

        def test_resets(self):
            self.check(*self.cases)

All of it happens once for each server, both at a time, under a steady load (hostile_story.py); the tests look at what
was written down.
"""
import hashlib
import re
import unittest

from . import sites
from .hostile_story import Case, Story, everywhere
from .processes import INSTRUMENTED

__all__ = ["A_DAY", "A_MINUTE", "Case", "HostileSite", "everywhere"]

A_MINUTE = r"tried again in ([4-7]\d s|1 min)"
A_DAY = r"tried again in (1 d|[12]\d h)"
LINE = {"nginx": re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \["), "apache": re.compile(r"\[\d{4}-\d\d-\d\d ")}
LONGEST_LINE = 2048
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class HostileSite:
    """For @on_both_servers."""
    kind = ""
    cases = ()
    lasts = 20        # seconds until all have failed
    memory = 48 << 20  # the engine's growth at most
    cpu = 0.5         # and of one core, on average while the faults last
    _stories = {}

    @classmethod
    def setUpClass(cls):
        for kind in sites.SERVERS:
            if (cls.__module__, kind) not in cls._stories:
                cls._stories[cls.__module__, kind] = Story(kind, cls.cases, cls.lasts)
        cls.story = cls._stories[cls.__module__, cls.kind]
        cls.story.join()
        if cls.story.error:
            raise cls.story.error

    def check(self, *cases):
        for case in cases:
            with self.subTest(case.name):
                self._check(case, self.story.records[case.name])

    def _never_met(self, case, record):
        """Told to reuse no authorization, pebble reuses one in a hundred: nobody then asks for what is spoilt."""
        prefixes = getattr(case.arm, "prefixes", ())
        met = any(path.startswith(prefix) for _, path in record.requests for prefix in prefixes)
        return prefixes == ("/authZ/",) and case.name in self.story.late and not met

    def _check(self, case, record):
        if self._never_met(case, record):
            return
        stretch = self.story.stretch
        self.assertLessEqual(max(len(record.requests), record.connections), case.asks * stretch, record.requests)
        if not case.fails:
            self.assertEqual([], record.lines)
        else:
            self.assertNotIn(case.name, self.story.late, self.story.log if case.name in self.story.late else "")
            self.assertLessEqual(len(record.lines), case.attempts * stretch, record.lines)
            hint = r"\(.+\).*" if case.hint else ""
            for pattern in (*case.says, hint + "; tried again ", case.again):
                self.assertRegex(record.lines[0], pattern)
        self._check_served(case, record)
        if case.heals:
            self.assertNotIn(case.name, self.story.unhealed)
            self.assertEqual([case.host], record.healed.names)

    def _check_served(self, case, record):
        if case.passes:
            return
        sights = self.story.load.seen[case.host]
        kinds = [sight.kind for sight in sights]
        self.assertEqual(kinds, sorted(kinds, key="pebble".__eq__), "the placeholder came back")
        during = {sight.fingerprint for sight in sights
                  if self.story.began < sight.begun and sight.ended < self.story.ended}
        if case.first:
            self.assertIsInstance(record.served, str, "a certificate was obtained")
            self.assertEqual(["placeholder"], kinds[:1])
            self.assertFalse(during - {sights[0].fingerprint})
        else:
            self.assertEqual(record.before, record.served)
            self.assertFalse(during - {hashlib.sha256(record.before.der).hexdigest()})

    def test_visitors_notice_nothing(self):
        load = self.story.load
        self.assertEqual([], load.failures[:10])
        seconds = self.story.ended - self.story.began
        self.assertGreater(load.requests, 5 * seconds)
        self.assertGreater(load.handshakes, 3 * seconds)
        kinds = {sight.kind for sights in load.seen.values() for sight in sights}
        self.assertLessEqual(kinds, {"placeholder", "pebble"})

    def test_the_engine_lives(self):
        self.assertEqual(self.story.engine, self.story.engine_again)

    @unittest.skipIf(INSTRUMENTED, "what a sanitizer needs is not the engine's")
    def test_the_engine_stays_small(self):
        self.assertLess(self.story.cpu, self.cpu)
        self.assertLess(self.story.memory[1] - self.story.memory[0], self.memory, self.story.memory)

    def test_the_log_is_clean(self):
        """Each line is the server's own: nothing a CA says begins one."""
        for line in self.story.log.removesuffix("\n").split("\n"):
            self.assertRegex(line, LINE[self.kind])
            self.assertLessEqual(len(line), LONGEST_LINE)
        for text in (self.story.log, self.story.status):
            self.assertIsNone(FORBIDDEN.search(text), text)
