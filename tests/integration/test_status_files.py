"""engine/status/: what the engine writes about itself for the serving processes, and how often."""
import collections
import json
import os
import pwd
import stat
import struct
import time

from harness.both import Site, on_both_servers
from harness.control import acmectl
from harness.processes import wait_until

Header = collections.namedtuple("Header", "magic version count generation written flushes")


@on_both_servers
class StatusFiles(Site):
    def status(self, name=""):
        return os.path.join(self.server.state_path, "engine/status", name)

    def header(self):
        with open(self.status("index"), "rb") as file:
            return Header(*struct.unpack("=8sIIQqQ", file.read(40)))

    def record(self, name):
        """A JSON file; {} while there is none."""
        try:
            with open(self.status(name), encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return {}

    def details(self):
        """By first name."""
        folder = self.status("certificates")
        names = [name for name in os.listdir(folder) if name.endswith(".json")] if os.path.isdir(folder) else []
        found = [self.record(os.path.join("certificates", name)) for name in names]
        return {one["summary"]["name"]: one for one in found if one}

    def standing(self, name):
        return self.details().get(name, {}).get("summary", {}).get("standing")

    def wait_for_standing(self, name, standing):
        wait_until(lambda: self.standing(name) == standing, 20, f"{name} is {standing}")

    def start(self, hosts):
        self.server = self.managed(hosts).start()

    def test_while_an_order_runs_and_after_it(self):
        self.ca.dns.pause()  # nothing is validated meanwhile
        self.start([["one.example", "www.one.example"]])
        self.wait_for_standing("one.example", "ordering")
        self.assertEqual(0, self.details()["one.example"]["summary"]["version"])
        self.ca.dns.go_on()
        serial = self.server.wait_for_certificate("one.example", self.ca).serial
        self.wait_for_standing("one.example", "valid")
        detail = self.details()["one.example"]
        self.assertEqual(["one.example", "www.one.example"], detail["names"])
        self.assertEqual(serial.lstrip("0"), detail["serial"].lower().lstrip("0"))
        self.assertEqual(1, len(detail["history"]))
        self.assertGreaterEqual(len(detail["chain"]), 2)
        overview = self.record("overview.json")
        self.assertEqual(self.server.state_path, overview["statePath"])
        self.assertIn("test", [issuer["name"] for issuer in overview["issuers"]])
        self.assertEqual((b"acmestat", 1, 1), self.header()[:3])

    def test_who_may_read_them(self):
        self.start([["one.example"]])
        self.wait_for_standing("one.example", "valid")
        wait_until(lambda: self.record("counters.json"), 20, "the counters are there")
        user = pwd.getpwnam(self.server.user).pw_uid
        for folder, folders, files in os.walk(self.status()):
            for name in [".", *folders, *files]:
                if name.startswith("tmp-"):
                    continue
                facts = os.lstat(os.path.join(folder, name))
                expected = 0o700 if stat.S_ISDIR(facts.st_mode) else 0o600
                self.assertEqual((expected, user), (stat.S_IMODE(facts.st_mode), facts.st_uid), name)

    def test_the_next_life_goes_on(self):
        self.start([["one.example"]])
        self.wait_for_standing("one.example", "valid")
        answer = acmectl(self.server, "renew", "--force", "one.example")
        self.assertEqual(0, answer.code, answer)
        wait_until(lambda: len(self.details()["one.example"]["history"]) == 2, 20, "both are listed")
        self.assertTrue(self.server.stop())
        before, header = self.record("counters.json"), self.header()
        self.server.start()
        wait_until(lambda: self.header().generation > header.generation, 20, "the next engine writes its own")
        wait_until(lambda: self.header().flushes > 0, 20, "it has written all")
        detail = self.details()["one.example"]
        self.assertEqual([2, 1], [one["version"] for one in detail["history"]])
        after = self.record("counters.json")
        for issuer, counts in before["attempts"].items():
            for outcome, count in counts.items():
                self.assertGreaterEqual(after["attempts"][issuer][outcome], count)

    def test_a_quiet_server_writes_nothing(self):
        self.start([["one.example"]])
        self.wait_for_standing("one.example", "valid")
        wait_until(lambda: "suggests to renew" in self.engine_log(), 30, "the CA was asked when to renew")
        self.wait_for_quiet(8)  # the server is looked at several times at first
        before, files = self.header(), self.written()
        time.sleep(4)
        self.assertEqual(before.flushes, self.header().flushes)
        self.assertEqual(files, self.written())

    def test_many_changes_are_few_writes(self):
        self.start_ca(va_sleep=2)
        begin = time.monotonic()
        self.start([[f"n{i}.example"] for i in range(20)])
        wait_until(lambda: os.path.exists(self.status("index")), 20, "the index is there")
        wait_until(lambda: [self.standing(f"n{i}.example") for i in range(20)] == ["valid"] * 20, 60, "all are valid")
        # One at the start, at most one a second, one for the moment at which it is looked.
        self.assertLessEqual(self.header().flushes, time.monotonic() - begin + 2)

    def engine_log(self):
        with open(os.path.join(self.server.state_path, "engine/log"), encoding="utf-8") as file:
            return file.read()

    def wait_for_quiet(self, seconds):
        flushes, since = self.header().flushes, time.monotonic()

        def quiet():
            nonlocal flushes, since
            if self.header().flushes != flushes:
                flushes, since = self.header().flushes, time.monotonic()
            return time.monotonic() - since > seconds
        wait_until(quiet, 60, "nothing is written any more")

    def written(self):
        """When each JSON file was written; the index has its heartbeat."""
        paths = [os.path.join(folder, name) for folder, _, files in os.walk(self.status()) for name in files]
        return {path: os.stat(path).st_mtime_ns for path in paths if path.endswith(".json")}
