"""dns-persist-01: a TXT record that the operator sets once, looked at before an order and never written."""
import re

from harness.both import Site, on_both_servers
from harness.control import acmectl
from harness.processes import wait_until

RECORD = re.compile(r'(_validation-persist\.\S+)\. TXT "(pebble\.letsencrypt\.org; accounturi=[^"]*)"')


@on_both_servers
class DnsPersist(Site):
    def begin(self, names, challenges="dns-persist-01"):
        self.start_ca()
        words = [f"challenge {challenges}", f"resolver 127.0.0.1:{self.ca.dns.dns_port}"]
        self.server = self.managed([names], words=words).start()
        return self.server

    def shown(self):
        """The record that the log wants, once it is there: (name, text)."""
        return wait_until(lambda: (RECORD.findall(self.server.log()) or [None])[-1], 20, "the record is shown")

    def set_record(self, name, text):
        self.ca.dns.call("clear-txt", host=name + ".")
        self.ca.dns.call("set-txt", host=name + ".", value=text)

    def renewed(self, name):
        return acmectl(self.server, "renew", name)

    def test_the_record_that_is_shown_is_the_one_that_does(self):
        server = self.begin(["one.example"])
        name, text = self.shown()
        self.assertEqual(name, "_validation-persist.one.example")
        self.assertEqual(self.orders(), 0)
        self.assertIn(text, acmectl(server, "status", "one.example").output)
        self.set_record(name, text)
        self.assertEqual(self.renewed("one.example").code, 0)
        server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(self.orders(), 1)

    def test_a_wildcard_wants_its_policy(self):
        server = self.begin(["one.example", "*.one.example"])
        name, text = self.shown()
        self.assertTrue(text.endswith("; policy=wildcard"), text)
        self.set_record(name, text.removesuffix("; policy=wildcard"))
        answer = self.renewed("one.example")
        self.assertIn("lacks policy=wildcard", answer.error + answer.output)
        self.assertEqual(self.orders(), 0)
        self.set_record(name, text)
        self.assertEqual(self.renewed("one.example").code, 0)
        server.wait_for_certificate("one.example", self.ca)

    def test_a_record_that_ended_or_is_for_another_account_orders_nothing(self):
        self.begin(["one.example"])
        name, text = self.shown()
        for flawed, said in ((text + "; persistUntil=1000000000", "ended on 2001-09-09"),
                             (text + "9", "is for another account")):
            self.set_record(name, flawed)
            answer = self.renewed("one.example")
            self.assertIn(said, answer.error + answer.output)
        self.assertEqual(self.orders(), 0)

    def test_another_challenge_is_used_meanwhile(self):
        server = self.begin(["one.example"], "dns-persist-01 http-01")
        server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(self.orders(), 1)

    def test_the_plan_shows_the_record(self):
        self.begin(["one.example"])
        name, text = self.shown()
        planned = acmectl(self.server, "plan")
        self.assertEqual(planned.code, 0, planned)
        self.assertIn(f'{name}. TXT "{text}"', planned.output)
