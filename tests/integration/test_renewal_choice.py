"""When certificates are renewed and by whom: the CA's word, the operator's, another issuer, and limits that stay."""
import base64
import json
import os
import re
import shutil
import subprocess
import time

from harness import ChallTestSrv, Pebble, control, sites
from harness.both import Site, on_both_servers
from harness.control import acmectl, rows
from harness.fault_proxy import Answer, FaultProxy
from harness.pebble import NOT_FOUND
from harness.processes import PATIENCE, wait_until


class Orders:
    """A fault that is none: keeps the new orders that go by and what became of them."""

    def __init__(self):
        self.seen = []  # (moment, payload, status)
        self.refuse = lambda payload: None

    def __call__(self, request):
        moment, payload = time.monotonic(), json.loads(request.body)["payload"]
        order = json.loads(base64.urlsafe_b64decode(payload + "=="))
        answer = self.refuse(order) or request.forward()
        self.seen.append((moment, order, answer.code))
        return answer

    def of(self, name):
        return [row for row in list(self.seen) if row[1]["identifiers"][0]["value"] == name]


def rate_limited(detail, seconds):
    body = {"type": "urn:ietf:params:acme:error:rateLimited", "detail": detail, "status": 429}
    return Answer(429, json.dumps(body).encode(),
                  [("Content-Type", "application/problem+json"), ("Retry-After", str(seconds))])


def renewal_id(certificate):
    """As RFC 9773 §4.1 makes it: the issuer's key and the serial number."""
    def encoded(raw):
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")
    text = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-ext", "authorityKeyIdentifier"],
                          input=certificate.der, check=True, capture_output=True).stdout.decode()
    key = bytes.fromhex(re.search(r"(?:[0-9A-F]{2}:)+[0-9A-F]{2}", text).group().replace(":", ""))
    serial = bytes.fromhex(certificate.serial.zfill(len(certificate.serial) + len(certificate.serial) % 2))
    return f"{encoded(key)}.{encoded(serial if serial[0] < 128 else bytes(1) + serial)}"


class Watched(Site):
    """The new orders of this server are watched on their way to the CA."""

    def watched(self, hosts, refuse=None):
        self.front, self.orders_seen = FaultProxy(self.space, self.ca), Orders()
        self.orders_seen.refuse = refuse or self.orders_seen.refuse
        self.front.on("/order-plz", self.orders_seen, nth=None)
        return sites.managed(self.kind, self.space, self.front, hosts, self.plain, self.tls,
                             extra=self.line("acme_reload off"))

    def issued(self, *names):
        server = self.watched([[name] for name in names]).start()
        for name in names:
            server.wait_for_certificate(name, self.ca)
        return server

    def replaceable(self, *names):
        """issued(), until pebble finds each when an order replaces it; the last order of each is kept."""
        server = self.issued(*names)
        for name in names:
            while re.match(NOT_FOUND, serial := server.wait_for_certificate(name, self.ca).serial):
                self.done(acmectl(server, "renew", "--force", name))
                server.wait_for_certificate(name, self.ca, other_than=serial)
        self.orders_seen.seen = [self.orders_seen.of(name)[-1] for name in names]
        return server

    def done(self, answer):
        self.assertEqual(control.DONE, answer.code, answer)
        return answer


@on_both_servers
class Suggested(Watched):
    def suggest(self, certificate, start, end):
        window = {"suggestedWindow": {"start": start, "end": end}, "explanationURL": "https://ca.example/why"}
        pem = subprocess.run(["openssl", "x509", "-inform", "DER"], input=certificate.der, check=True,
                             capture_output=True).stdout.decode()
        self.ca.call("set-renewal-info/", {"certificate": pem, "ariResponse": json.dumps(window)})

    def test_now_is_followed_and_names_what_it_replaces(self):
        server = self.replaceable("a.example")
        first = server.wait_for_certificate("a.example", self.ca)
        self.suggest(first, "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")
        self.done(acmectl(server, "renew", "a.example"))
        server.wait_for_certificate("a.example", self.ca, other_than=first.serial)
        server.wait_for_log(r"a\.example: test suggests to renew between 2020-.*, it explains why at https://ca\.example/why")
        server.wait_for_log(r"a\.example: renewing the certificate from test .*: the CA suggests it, until 2020-")
        orders = self.orders_seen.of("a.example")
        self.assertEqual([(renewal_id(first), 201)], [(order.get("replaces"), status) for _, order, status in orders[1:]])
        self.assertRegex(self.ca.log(), 'ARI: order ".*" is a replacement of ')

    def test_the_engine_asks_by_itself(self):
        """Up to 15 s after it issued: longer than a test should take, but nobody else asks."""
        server = self.watched([["a.example"]])
        asked = self.front.hold("/draft-ietf-acme-ari-03/renewalInfo/")  # not before there is an answer: it asks no more then
        server.start()
        first = server.wait_for_certificate("a.example", self.ca)
        self.suggest(first, "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")
        asked.release()
        server.wait_for_certificate("a.example", self.ca, 40, other_than=first.serial)

    def test_a_window_of_later_is_kept(self):
        server = self.issued("a.example")
        start, end = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + days * 86400)) for days in (20, 21))
        self.suggest(server.wait_for_certificate("a.example", self.ca), start, end)
        self.assertIn("the CA suggests it", self.done(acmectl(server, "renew", "a.example")).output)
        planned = rows(server)[0]
        self.assertTrue(start <= planned["next"] <= end, planned)
        self.assertIn("the CA suggests it", planned["reason"])
        self.assertTrue(server.stop())
        server.start()
        server.wait_for_certificate("a.example", self.ca)
        self.assertEqual((planned["next"], planned["reason"]),
                         wait_until(lambda: self.planned(server), 20, "an engine that answers"))
        self.assertEqual(1, self.orders())

    @staticmethod
    def planned(server):
        if acmectl(server, "status").code != control.DONE:
            return None
        row, = rows(server)
        return row["next"], row["reason"]

    def test_what_was_replaced_already_is_replaced_without_saying_so(self):
        """The state of before the renewal, from a backup."""
        server = self.replaceable("a.example")
        self.assertTrue(server.stop())
        backup = os.path.join(self.space.path, "backup")
        subprocess.run(["cp", "-a", server.state_path, backup], check=True)
        server.start()
        self.done(acmectl_once_up(server, "renew", "--force", "a.example"))
        wait_until(lambda: "has been marked as replaced" in self.ca.log(), 20, "the CA knows of it")
        self.assertTrue(server.stop())
        shutil.rmtree(server.state_path)
        os.rename(backup, server.state_path)
        server.start()
        self.done(acmectl_once_up(server, "renew", "--force", "a.example"))
        seen = self.orders_seen.of("a.example")
        self.assertEqual(4, len(seen), f"{seen}\n{server.log()}")
        first, renewed, refused, accepted = seen
        self.assertEqual([201, 201, 409, 201], [first[2], renewed[2], refused[2], accepted[2]])
        self.assertEqual(renewed[1]["replaces"], refused[1]["replaces"])
        self.assertNotIn("replaces", accepted[1])

    def test_a_ca_that_forgot_it_is_asked_again_without(self):
        server = self.issued("a.example")
        self.ca.stop()
        self.ca.start()
        self.done(acmectl(server, "renew", "--force", "a.example"))
        server.wait_for_certificate("a.example", self.ca)
        server.wait_for_log(r"a\.example: the CA refused the reference to the old certificate")
        refused, accepted = self.orders_seen.of("a.example")[-2:]
        self.assertEqual((True, 201), (refused[2] in (400, 500), accepted[2]))
        self.assertIn("replaces", refused[1])
        self.assertNotIn("replaces", accepted[1])


def acmectl_once_up(server, *arguments):
    wait_until(lambda: acmectl(server, "status").code == control.DONE, 20, "an engine that answers")
    return acmectl(server, *arguments)


@on_both_servers
class RenewBefore(Site):
    def test_a_part_of_the_lifetime(self):
        """30 s, of which 80 % are left when it is renewed."""
        self.start_ca(validity=30)
        server = self.managed([["a.example"]], certificate="test renew_before=80%").start()
        first = server.wait_for_certificate("a.example", self.ca)
        second = server.wait_for_certificate("a.example", self.ca, other_than=first.serial)
        self.assertGreater((second.not_before - first.not_before).total_seconds(), 3)
        word = "renew_before" if self.nginx else "AcmeRenewBefore"
        server.wait_for_log(rf"renewing the certificate .*: {word} is 80% of its lifetime")


@on_both_servers
class Fallback(Site):
    def test_another_issuer_helps_out_until_the_first_is_back(self):
        dns = ChallTestSrv(self.space)
        first, second = (Pebble(self.space, dns, http_port=self.plain) for _ in range(2))
        front = FaultProxy(self.space, first, start=False)
        text = sites.issuer(self.kind, front, name="first", words=["fallback second after=1"])
        text += sites.issuer(self.kind, second, name="second") + self.line("acme_reload off")
        text += sites.plain(self.kind, self.plain) + sites.host(self.kind, self.tls, ["a.example"], "first")
        server = sites.server(self.kind, self.space, text, self.plain, self.tls).start()
        server.wait_for_certificate("a.example", second)
        server.wait_for_log("a.example: .*tried again now at issuer second")
        self.assertEqual("second", rows(server)[0]["issued_by"])
        front.start()
        answer = acmectl(server, "renew", "--force", "a.example")
        self.assertEqual(control.DONE, answer.code, answer)
        server.wait_for_certificate("a.example", first)
        self.assertEqual("first", rows(server)[0]["issued_by"])
        self.assertEqual((1, 1), (first.requests()["/order-plz"], second.requests()["/order-plz"]))


@on_both_servers
class Limits(Watched):
    def test_a_restart_loop_makes_no_orders(self):
        server = self.issued("a.example")
        for _ in range(3):
            self.assertTrue(server.stop())
            server.start()
            server.wait_for_certificate("a.example", self.ca)
        self.assertEqual(1, self.orders())

    def test_a_restart_loop_with_a_name_that_fails(self):
        """A reload tries what failed at once, three times within the hour: then the back-off holds."""
        dns = ChallTestSrv(self.space)
        dns.call("set-servfail", host="a.example")
        self._ca = Pebble(self.space, dns, http_port=self.plain)
        server = self.watched([["a.example"]]).start()
        for time_of in range(1, 8):
            wait_until(lambda: len(re.findall(r"a\.example: .*(?:; tried again in|not tried now but at)", server.log()))
                       >= time_of, 20, f"attempt {time_of}\n{server.log()}")
            self.assertTrue(server.stop())
            server.start()
        self.assertEqual(3, len(self.orders_seen.of("a.example")), server.log())
        self.assertRegex(server.log(), r"a\.example: not tried now but at .*failed several times within the hour")

    def test_the_time_that_the_ca_named_is_kept_to_over_a_restart(self):
        """A limit of one certificate: the other one does not wait."""
        wait = round(14 * PATIENCE)  # longer than a restart takes, and than it waits by itself
        answers = [rate_limited("too many certificates already issued for this exact set of identifiers", wait)]
        server = self.watched([["a.example"], ["b.example"]], refuse=lambda order: (
            answers.pop() if answers and order["identifiers"][0]["value"] == "a.example" else None)).start()
        server.wait_for_certificate("b.example", self.ca)
        server.wait_for_log(r"a\.example: .*rateLimited.*; tried again in ")
        self.assertTrue(server.stop())
        server.start()
        server.wait_for_log(r"a\.example: not tried now but at .*the CA set the time")
        server.wait_for_certificate("a.example", self.ca, wait + 20)
        refused, accepted = self.orders_seen.of("a.example")
        self.assertEqual((429, 201), (refused[2], accepted[2]))
        self.assertGreaterEqual(accepted[0] - refused[0], wait)
        self.assertEqual(1, len(self.orders_seen.of("b.example")))

    def test_a_limit_of_the_account_holds_all(self):
        server = self.replaceable("a.example", "b.example")
        answers = [rate_limited("too many new orders recently", 12)]
        self.orders_seen.refuse = lambda order: answers.pop() if answers else None
        for name in ("a.example", "b.example"):
            answer = acmectl(server, "renew", "--force", name)
            self.assertEqual(control.FAILED, answer.code, answer)
            self.assertIn("rateLimited", answer.error)
        (moment, order, status), = self.orders_seen.seen[2:]
        self.assertEqual(("a.example", 429), (order["identifiers"][0]["value"], status))
        wait_until(lambda: acmectl(server, "renew", "--force", "b.example").code == control.DONE, 40,
                   "the limit is over", pause=1)
        (accepted, _, status), = self.orders_seen.of("b.example")[1:]
        self.assertEqual(201, status)
        self.assertGreaterEqual(accepted - moment, 12)
