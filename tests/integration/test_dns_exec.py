"""dns-01 by a program of the operator's: what it is told, what becomes of its faults, and who cleans up after a crash."""
import os

from harness.both import Site, on_both_servers
from harness.challtest_zone import PROGRAM
from harness.pebble import ChallTestSrv, Pebble
from harness.processes import wait_until

NAME = "_acme-challenge.one.example"


@on_both_servers
class DnsExec(Site):
    def setUp(self):
        super().setUp()
        self.dns = ChallTestSrv(self.space)
        self._ca = Pebble(self.space, self.dns, http_port=self.plain)
        self.notes = self.space.folder("notes")
        os.chmod(self.notes, 0o777)
        self.program = self.space.file("dns.py", PROGRAM, mode=0o755)

    def server(self, names, flaw="none", more="", words=(), challenge="challenge dns-01"):
        resolver = f"127.0.0.1:{self.dns.dns_port}"
        return self.managed([names], level="info", words=[
            challenge, f"resolver {resolver}", *words,
            f"dns_provider exec {self.program} {self.dns.management_port} {self.notes} {flaw} "
            f"check_servers={resolver} {more}"])

    def calls(self):
        try:
            with open(os.path.join(self.notes, "calls"), encoding="ascii") as file:
                return [line.split() for line in file]
        except FileNotFoundError:
            return []

    def actions(self):
        return [call[0] for call in self.calls()]

    def test_a_wildcard_and_its_base(self):
        server = self.server(["one.example", "*.one.example"]).start()
        seen = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(set(seen.names), {"one.example", "*.one.example"})
        wait_until(lambda: len(self.calls()) == 4, 20, "both records are removed")
        calls = self.calls()
        self.assertEqual([call[0] for call in calls], ["present", "present", "cleanup", "cleanup"])
        self.assertEqual({call[1] for call in calls}, {NAME})
        # Each value that was set is removed, and nothing else.
        self.assertEqual(sorted(call[2] for call in calls[:2]), sorted(call[2] for call in calls[2:]))
        self.assertEqual(self.journal(server), "")

    def test_dns_account_01_has_a_name_for_each_account(self):
        server = self.server(["one.example", "*.one.example"], challenge="challenge dns-account-01").start()
        seen = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(set(seen.names), {"one.example", "*.one.example"})
        wait_until(lambda: len(self.calls()) == 4, 20, "both records are removed")
        for call in self.calls():
            self.assertRegex(call[1], r"^_[a-z2-7]{16}\._acme-challenge\.one\.example$")

    def journal(self, server):
        def text():
            with open(os.path.join(server.state_path, "engine", "dns-records"), encoding="ascii") as file:
                return file.read()
        wait_until(lambda: text() == "", 20, "the journal is empty")
        return text()

    def test_a_refusal_is_told_in_the_programs_words(self):
        server = self.server(["one.example"], flaw="fail").start()
        server.wait_for_log("the zone is closed today")
        self.assertIn("ended with status 1", server.log())

    def test_megabytes_are_cut(self):
        server = self.server(["one.example"], flaw="flood").start()
        server.wait_for_log("xxxxxxxx")
        self.assertLess(max(len(line) for line in server.log().splitlines()), 3000)

    def test_a_program_that_hangs_is_ended(self):
        server = self.server(["one.example"], flaw="hang", more="timeout=1s").start()
        server.wait_for_log("was ended after 1 s")

    def test_the_next_challenge_is_tried_when_the_program_fails(self):
        server = self.server(["one.example"], flaw="fail", challenge="challenge dns-01 http-01").start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertIn("present", self.actions())

    def test_a_cname_is_followed(self):
        self.dns.call("set-cname", host=NAME + ".", target="one.delegated.example.")
        server = self.server(["one.example"]).start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertEqual({call[1] for call in self.calls()}, {"one.delegated.example"})

    def crash_amid(self):
        """Ends all processes after the record was set, before the program that set it has ended."""
        server = self.server(["one.example"], flaw="linger").start()
        wait_until(lambda: os.path.exists(os.path.join(self.notes, "lingering")), 20, "the record is set")
        self.assertEqual(self.actions(), ["present"])
        server.kill()
        return server

    def test_after_a_crash_the_next_life_goes_on_and_removes_the_record(self):
        server = self.crash_amid()
        server.start()
        server.wait_for_certificate("one.example", self.ca)
        wait_until(lambda: "cleanup" in self.actions(), 20, "the record is removed")
        self.assertEqual({tuple(call[1:]) for call in self.calls()}, {tuple(self.calls()[0][1:])})
        self.assertEqual(self.journal(server), "")

    def test_after_a_crash_what_nobody_goes_on_with_is_removed(self):
        server = self.crash_amid()
        with open(server.conf_path, encoding="utf-8") as file:
            text = file.read()
        server.write(text.replace("one.example", "two.example"))
        server.start()
        wait_until(lambda: ["cleanup", *self.calls()[0][1:]] in self.calls(), 20, "the record is removed")

    def test_after_a_crash_a_record_without_a_provider_is_told(self):
        server = self.crash_amid()
        with open(server.conf_path, encoding="utf-8") as file:
            lines = [line for line in file if "dns_provider" not in line and "DnsProvider" not in line]
        server.write("".join(lines).replace("challenge dns-01", "challenge http-01").replace(
            "Challenge dns-01", "Challenge http-01").replace("one.example", "two.example"))
        server.start()
        server.wait_for_log(f"{NAME} TXT \"{self.calls()[0][2]}\" was set by \\w+ exec.*by hand")
        self.assertEqual(self.actions(), ["present"])
