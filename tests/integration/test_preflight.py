"""Whether names lead here: looked at before an order, and by acmectl check.

CAs ask on port 80, so each test has a loopback address of its own where the server, or another one, listens on it.
"""
import contextlib
import dataclasses
import http.server
import os
import random
import threading
import unittest

from harness import control, sites
from harness.apache import Apache
from harness.both import Site, on_both_servers
from harness.control import acmectl
from harness.dns import TYPES, Forwarder, asked
from harness.nginx import Nginx
from harness.processes import wait_until

AS_ROOT = unittest.skipUnless(os.getuid() == 0, "port 80 is root's")


def loopback():
    return f"127.{random.randint(64, 250)}.{random.randint(1, 250)}.{random.randint(1, 250)}"


class Refuser(http.server.BaseHTTPRequestHandler):
    server_version, sys_version = "Elsewhere/7", ""

    def do_GET(self):
        if self.server.away:
            self.send_response(302)
            self.send_header("Location", self.server.away)
            self.end_headers()
        else:
            self.send_error(404)

    def log_message(self, *_):
        pass


@AS_ROOT
@on_both_servers
class Preflight(Site):
    def setUp(self):
        super().setUp()
        self.plain, self.address, self.other = 80, loopback(), loopback()
        self.broken = {}  # name: what its resolver does
        self.start_ca(tls_port=443)
        self.resolver = Forwarder(self.space, f"127.0.0.1:{self.ca.dns.dns_port}", self.spoil)
        self.lead("one.example", self.address)

    def spoil(self, message, _tcp):
        how = self.broken.get(asked(message)[0])
        if how == "missing":
            return message[:2] + b"\x81\x83" + message[4:]
        if how == "bogus" and not message[3] & 0x10:
            return message[:2] + b"\x81\x82" + message[4:]
        return None

    def lead(self, name, address):
        self.ca.dns.call("clear-a", host=name)
        self.ca.dns.call("add-a", host=name, addresses=[address])

    def begin(self, preflight="on", names=("one.example",), challenge="http-01"):
        words = [f"preflight {preflight}", f"resolver {self.resolver.address}", f"challenge {challenge}"]
        text = sites.issuer(self.kind, self.ca, words=words) + self.line("acme_reload off")
        if self.nginx:
            text += f"server {{\n    listen {self.address}:80 default_server;\n    root html;\n}}\n"
            host = sites.host(self.kind, self.tls, names)
            host = host.replace("    server_name", f"    listen {self.address}:443 ssl;\n    server_name")
            self.server = Nginx(self.space, text + host, tls_port=self.tls)
        else:
            host = sites.host(self.kind, self.tls, names).replace(f"*:{self.tls}", f"*:{self.tls} *:443")
            listen = (f"{self.address}:80", f"127.0.0.1:{self.tls}", f"{self.address}:443")
            self.server = Apache(self.space, text + sites.plain(self.kind, 80) + host, listen=listen, tls_port=self.tls)
        return self.server.start()

    @contextlib.contextmanager
    def elsewhere(self, away=None):
        """Another program at another address."""
        with http.server.ThreadingHTTPServer((self.other, 80), Refuser) as server:
            server.away = away
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield
            server.shutdown()

    def findings(self, *names):
        answer = acmectl(self.server, "check", "--json", *names)
        return answer.code, answer.json["findings"]

    def well(self, look):
        """What `look` finds once it ends well: it waits five seconds at most for a worker or the DNS, and says so."""
        seen = []

        def good():
            seen.append(look())
            return seen[-1][0] == control.DONE
        try:
            wait_until(good, 20, "all is well")
        except TimeoutError:
            self.fail(f"{seen}\n{self.server.log()}")
        return seen[-1][1]

    def found(self, check, *names):
        code, findings = self.findings(*names)
        return code, [finding for finding in findings if finding["check"] == check]

    def test_names_that_lead_here_are_ordered_at_once(self):
        server = self.begin()
        server.wait_for_certificate("one.example", self.ca)
        self.assertNotIn("not ordered yet", server.log())
        output = self.well(lambda: dataclasses.astuple(acmectl(server, "check", "one.example")))
        for said in (f"{self.address} port 80 answers with this server's challenge", "answers and is trusted",
                     "the clock agrees", "no CAA records", "can be written", f"one.example leads to {self.address}"):
            self.assertIn(said, output)
        self.well(lambda: dataclasses.astuple(acmectl(server, "check", user=server.user)))

    def test_another_server_puts_the_order_off(self):
        self.lead("one.example", self.other)
        with self.elsewhere():
            server = self.begin()
            server.wait_for_log(r"one\.example: not ordered yet: .*answers 404.*Elsewhere/7.*looked at again in 10 min")
            self.assertEqual(0, self.orders())
            code, findings = self.found("http-01")
            self.assertEqual((control.FAILED, "failure"), (code, findings[0]["severity"]), findings)
            self.assertIn("Elsewhere/7", findings[0]["cause"])
        self.lead("one.example", self.address)
        self.assertEqual(control.DONE, acmectl(server, "renew", "one.example").code)
        server.wait_for_certificate("one.example", self.ca)

    def test_an_operator_gets_the_order_all_the_same(self):
        self.lead("two.example", self.other)
        server = self.begin(names=("one.example", "two.example"))
        server.wait_for_log("not ordered yet: .*two.example: .* refuses the connection|renewed about")
        answer = acmectl(server, "renew", "one.example")
        self.assertEqual(control.FAILED, answer.code, answer)
        self.assertIn("ordered all the same: an operator asked for it", answer.output)
        self.assertGreater(self.orders(), 0)

    def test_what_the_dns_says_is_told_apart(self):
        server = self.begin("off")
        server.wait_for_certificate("one.example", self.ca)
        for how, said in (("missing", "does not exist in the DNS"), ("bogus", "fails DNSSEC validation")):
            with self.subTest(how=how):
                self.broken["one.example"] = how
                code, findings = self.found("dns", "one.example")
                self.assertEqual((control.FAILED, "failure"), (code, findings[0]["severity"]), findings)
                self.assertIn(said, findings[0]["sentence"])

    def test_tls_alpn_is_seen_and_another_listener_is_told(self):
        server = self.begin(challenge="tls-alpn-01")
        server.wait_for_certificate("one.example", self.ca)
        findings = self.well(lambda: self.found("tls-alpn-01"))
        self.assertIn(f"{self.address} port 443 shows this server's challenge", findings[0]["sentence"])
        self.lead("one.example", self.other)
        code, findings = self.found("tls-alpn-01")
        self.assertEqual((control.FAILED, "failure"), (code, findings[0]["severity"]), findings)

    def test_redirects_in_a_circle(self):
        self.lead("one.example", self.other)
        with self.elsewhere("http://one.example/again"):
            server = self.begin()
            wait_until(lambda: acmectl(server, "status").code == control.DONE, 20, "the engine answers")
            code, findings = self.found("http-01")
            self.assertEqual(control.FAILED, code)
            self.assertIn("in a circle", findings[0]["sentence"])

    def test_an_aaaa_record_that_leads_nowhere(self):
        server = self.begin("off")
        server.wait_for_certificate("one.example", self.ca)
        self.ca.dns.call("add-aaaa", host="one.example", addresses=["::1"])
        findings = self.well(lambda: self.found("http-01"))
        by_severity = {finding["severity"]: finding["sentence"] for finding in findings}
        self.assertIn("[::1] port 80 refuses", by_severity["warning"])
        self.assertIn(self.address, by_severity["ok"])

    def test_names_of_no_configuration_and_no_engine(self):
        server = self.begin("off")
        server.wait_for_certificate("one.example", self.ca)
        code, findings = self.findings("three.example")
        self.assertIn("three.example is in no certificate", findings[0]["sentence"])
        self.assertIn(code, (control.DONE, control.FAILED))
        self.assertEqual(control.UNKNOWN_NAME, acmectl(server, "check", "*.three.example").code)
        self.assertTrue(server.stop())
        answer = acmectl(server, "check")
        self.assertEqual(control.NO_ENGINE, answer.code, answer)
        self.assertIn("no engine answers", answer.output)


# Of the types that questions are counted by.
TYPES.setdefault("AAAA", 28)
