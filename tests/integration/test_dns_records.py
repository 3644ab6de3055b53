"""What an earlier life left in a zone: removed by the program that set it, or told when that is not possible."""
import json
import os
import shutil
import time

from harness.both import NoCa, Site, on_both_servers
from harness.challtest_zone import PROGRAM
from harness.pebble import ChallTestSrv
from harness.processes import wait_until


@on_both_servers
class DnsRecords(Site):
    def setUp(self):
        super().setUp()
        self.dns = ChallTestSrv(self.space)
        self._ca = NoCa()
        self.notes = self.space.folder("notes")
        os.chmod(self.notes, 0o777)
        self.program = self.space.file("dns.py", PROGRAM, mode=0o755)

    def server(self, more="", flaw="none"):
        return self.managed([["one.example"]], level="info", words=[
            f"resolver 127.0.0.1:{self.dns.dns_port}",
            f"dns_provider exec {self.program} {self.dns.management_port} {self.notes} {flaw} {more}"])

    def left_behind(self, server, provider="exec"):
        """A journal of a life that ended between setting a record and removing it."""
        server.start()
        journal = os.path.join(server.state_path, "engine", "dns-records")
        wait_until(lambda: os.path.exists(os.path.join(server.state_path, "engine", "ledger")), 10, "the engine runs")
        self.assertTrue(server.stop())
        with open(journal, "w", encoding="ascii") as file:
            json.dump({"issuer": "test", "provider": provider, "certificate": "gone-1", "asked": "_acme-challenge.a.test",
                       "name": "a.delegated.test", "value": "v4lue", "setAt": int(time.time()) - 60}, file)
        os.chmod(journal, 0o600)
        if os.getuid() == 0:
            shutil.chown(journal, server.user)
        self.dns.call("set-txt", host="a.delegated.test.", value="v4lue")
        os.truncate(server.log_path, 0)
        server.start()
        return journal

    def calls(self):
        try:
            with open(os.path.join(self.notes, "calls"), encoding="ascii") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def test_a_record_without_an_order_is_removed(self):
        server = self.server()
        journal = self.left_behind(server)
        wait_until(lambda: os.path.getsize(journal) == 0, 15, "the journal is empty")
        self.assertEqual(self.calls(), "cleanup a.delegated.test v4lue\n")
        server.wait_for_log('a.delegated.test TXT "v4lue" removed by exec')

    def test_a_program_that_fails_is_told_and_the_record_kept(self):
        server = self.server(flaw="fail")
        journal = self.left_behind(server)
        server.wait_for_log('a.delegated.test TXT "v4lue": not removed yet, tried again in .*: '
                            '.* ended with status 1: the zone is closed today')
        wait_until(lambda: b'"failures":1' in open(journal, "rb").read(), 20, "the failure is noted")

    def test_a_provider_that_is_not_configured_any_more_is_told(self):
        server = self.server()
        journal = self.left_behind(server, provider="cloudflare")
        server.wait_for_log(r'a.delegated.test TXT "v4lue" was set by \w+ cloudflare, .* delete the record by hand')
        # Once, not at each start.
        wait_until(lambda: b'"told":true' in open(journal, "rb").read(), 20, "that it was told is noted")
        self.assertTrue(server.stop())
        os.truncate(server.log_path, 0)
        server.start()
        server.wait_for_log("one.example")
        time.sleep(0.5)
        self.assertNotIn("by hand", server.log())
        self.assertEqual(self.calls(), "")

    def test_a_provider_that_cannot_be_made_is_told(self):
        secrets = self.space.file("dns.env", "A=1\ns3cret\n", mode=0o600)
        server = self.server(more=f"credentials_file={secrets}").start()
        server.wait_for_log(r"(?:dns_provider|AcmeDnsProvider) exec: line 2 of the credentials is not NAME=value")
        self.assertNotIn("s3cret", server.log())
