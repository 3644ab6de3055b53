"""One life of each server, as valgrind follows it (`make analyze ONLY=valgrind`): start, issuance, hot swap by a renewal,
status page, graceful reload, stop; in its logs no report."""
from harness.both import on_both_servers
from harness.control import DONE, acmectl
from harness.processes import wait_until
from harness.status_site import StatusSite


@on_both_servers
class WholeLife(StatusSite):
    time_limit = 90

    def test_from_start_to_stop(self):
        server = self.live(self.site().start())
        first = server.wait_for_certificate("one.example", self.ca)
        answer = acmectl(server, "renew", "--force", "one.example")
        self.assertEqual(DONE, answer.code, answer)
        renewed = server.wait_for_certificate("one.example", self.ca, other_than=first.serial)
        self.assertIn("one.example", self.ask().text)
        before = set(server.processes())
        server.reload()
        wait_until(lambda: set(server.processes()) - before, 10, "new workers")
        wait_until(lambda: not set(server.processes()) & before, 30, "the old ones have ended")
        again = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(renewed.serial, again.serial)
        wait_until(lambda: acmectl(server, "status").code == DONE, 20, "the new engine answers")
        self.assertTrue(server.stop(20))
