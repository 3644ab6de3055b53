"""A CA that fails or lies: the server serves on, says once what is wrong and when it tries again, and recovers.

All faults at once, each an issuer of its own (a proxy before the same CA) of one server, which therefore
also shows that none disturbs another. A host is named after its fault.
"""
import http.server
import os
import re
import threading

from harness import Pebble, sites
from harness.both import on_both_servers
from harness.fault_proxy import FaultProxy, chain, html, lost, plain_http, reset, status, truncated
from harness.fault_site import FaultSite
from harness.faults_chain import EC, Authority, openssl
from harness.hostile_site import A_DAY, A_MINUTE
from harness.hostile_story import SOON
from harness.processes import wait_until
from harness.tls import handshake

PASSING = ("outage", "unavailable", "html", "truncated", "cut-order", "reset", "lost-order", "lost-finalize")


class OtherAuthority(Authority):
    """Signs what it likes: a fresh key under the right names, the right key under other names."""

    def __init__(self, space):
        super().__init__(space, "other")
        self.names = space.file("other.ext", "subjectAltName=DNS:stranger.example\n")

    def wrong_names(self):
        with open(self.root, "rb") as root:
            return openssl("x509", "-req", "-inform", "DER", "-CA", self.root, "-CAkey", self.key, "-days", "20",
                           "-set_serial", "77", "-extfile", self.names, given=self.request) + root.read()

    def wrong_key(self):
        return openssl("req", "-x509", *EC, "-days", "30", "-keyout", os.devnull, "-subj", "/CN=wrong", "-addext",
                       "subjectAltName=DNS:wrong-key.example")


class Stranger(http.server.BaseHTTPRequestHandler):
    """Somebody else's web server, on the address a name points to."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"not what you asked for")

    def log_message(self, format, *args):
        pass


@on_both_servers
class Faults(FaultSite):
    time_limit = 90

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cas = {name: FaultProxy(cls.space, cls.ca) for name in PASSING + (
            "healthy", "http-url", "wrong-key", "wrong-names", "nobody", "stranger")}
        cls.cas["down"] = FaultProxy(cls.space, cls.ca, start=False)
        cls.cas["wrong-root"] = FaultProxy(cls.space, cls.ca)
        cls.cas["wrong-root"].trusted = ""
        cls.cas["bad-nonces"] = Pebble(cls.space, cls.dns, http_port=cls.plain, nonce_reject=20)
        cls.break_them(cls.cas)
        cls.point_elsewhere()
        text = "".join(sites.issuer(cls.kind, ca, name) + sites.host(cls.kind, cls.tls, [f"{name}.example"], name)
                       for name, ca in cls.cas.items()) + sites.plain(cls.kind, cls.plain)
        cls.server = sites.server(cls.kind, cls.space, sites.line(cls.kind, "acme_reload off") + text, cls.plain,
                                  cls.tls, level="notice").start()
        cls.server.wait_for_log(r" down\.example: .*tried again", 60)
        cls.cas["down"].start()

    @classmethod
    def break_them(cls, cas):
        cas["outage"].on("/order-plz", status(500))
        cas["unavailable"].on("/dir", status(503, Retry_After="7"))
        cas["html"].on("/dir", html)
        cas["truncated"].on("/authZ/", truncated)
        cas["cut-order"].on("/order-plz", truncated)
        for _ in range(2):  # one alone is overcome at once
            cas["reset"].on("/nonce-plz", reset)
        cas["lost-order"].on("/order-plz", lost)
        cas["lost-finalize"].on("/finalize-order/", lost)
        cas["http-url"].on("/dir", plain_http, nth=None)
        authority = OtherAuthority(cls.space)
        cas["wrong-key"].on("/certZ/", chain(authority.wrong_key), nth=None)
        cas["wrong-names"].on("/finalize-order/", authority.watch_finalize, nth=None)
        cas["wrong-names"].on("/certZ/", chain(authority.wrong_names), nth=None)

    @classmethod
    def point_elsewhere(cls):
        cls.dns.call("add-a", host="nobody.example", addresses=["127.0.0.2"])
        cls.dns.call("add-a", host="stranger.example", addresses=["127.0.0.3"])
        stranger = http.server.ThreadingHTTPServer(("127.0.0.3", cls.plain), Stranger)
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        cls.addClassCleanup(stranger.server_close)
        cls.addClassCleanup(stranger.shutdown)

    def failures(self, fault):
        """The lines that an admin sees of it."""
        return re.findall(rf".*\[(?:\w+:)?(?:warn|error|crit|alert|emerg)\].* {fault}\.example: .*", self.server.log())

    def says(self, fault, *patterns, attempts=lambda: 1):
        """One line for each attempt, with a hint and the next one."""
        wait_until(lambda: self.failures(fault), 60, f"a line about {fault}\n{self.server.log()}")
        wait_until(lambda: len(self.failures(fault)) == attempts(), 20, f"one line each\n{self.failures(fault)}")
        first = self.failures(fault)[0]
        for pattern in patterns + (r"\(.+\).*; tried again in \d+ ",):
            self.assertRegex(first, pattern)

    def recovers(self, fault, *patterns, **more):
        ca = self.cas[fault]
        seen = self.server.wait_for_certificate(f"{fault}.example", ca, 60)
        self.assertEqual([f"{fault}.example"], seen.names)
        self.says(fault, *patterns, SOON, **more)
        return ca.requests()

    def never_served(self, fault):
        seen = handshake(self.tls, f"{fault}.example", self.ca.root_path)
        self.assertFalse(seen.verified)
        self.assertIn("acme placeholder", seen.subject)

    def test_the_healthy_one_is_not_disturbed(self):
        self.server.wait_for_certificate("healthy.example", self.ca)
        self.assertEqual([], self.failures("healthy"))

    def test_unreachable_at_the_start(self):
        """For as long as the test takes to start the CA."""
        self.recovers("down", "connection refused", "firewall", attempts=lambda: len(self.failures("down")))

    def test_bad_nonces_are_invisible(self):
        self.server.wait_for_certificate("bad-nonces.example", self.cas["bad-nonces"])
        self.assertEqual([], self.failures("bad-nonces"))
        self.assertEqual(1, self.server.log().count("bad-nonces.example: obtaining"))

    def test_a_wrong_root(self):
        self.says("wrong-root", "not trusted by the system's roots", "(?i)ssl_?trusted_?certificate", SOON,
                  attempts=lambda: len(self.failures("wrong-root")))
        self.never_served("wrong-root")

    def test_http_urls_in_the_directory(self):
        self.says("http-url", "http://127.0.0.1", "https", SOON,
                  attempts=lambda: self.cas["http-url"].requests()["/dir"])
        self.never_served("http-url")
        self.assertEqual({"/dir"}, set(self.cas["http-url"].requests()))

    def test_500(self):
        self.assertEqual(2, self.recovers("outage", "500")["/order-plz"])

    def test_503_with_retry_after(self):
        self.recovers("unavailable", "503")

    def test_html(self):
        self.recovers("html", "directory of html", r"\(is https://127.0.0.1:\d+/dir the URL of an ACME directory")

    def test_truncated_authorization(self):
        self.assertEqual(1, self.recovers("truncated", "authorization")["/order-plz"])

    def test_truncated_order(self):
        self.assertEqual(1, self.recovers("cut-order", "new order")["/order-plz"])

    def test_reset(self):
        self.recovers("reset", "connection")

    def test_the_answer_of_new_order_is_lost(self):
        self.assertEqual(1, self.recovers("lost-order", "new order")["/order-plz"])

    def test_the_answer_of_finalize_is_lost(self):
        """It may be asked for again: the CA knows the order and the key is the same."""
        self.server.wait_for_certificate("lost-finalize.example", self.ca, 60)
        self.assertEqual(1, self.cas["lost-finalize"].requests()["/order-plz"])
        self.assertEqual(1, self.cas["lost-finalize"].requests()["/certZ/"])

    def test_a_certificate_for_another_key(self):
        self.says("wrong-key", r"\[(?:\w+:)?error\]", "key", A_DAY)
        self.never_served("wrong-key")
        self.assertEqual(1, self.cas["wrong-key"].requests()["/order-plz"])

    def test_a_certificate_for_other_names(self):
        self.says("wrong-names", r"\[(?:\w+:)?error\]", "stranger.example|does not cover|names",
                  A_DAY)
        self.never_served("wrong-names")
        self.assertEqual(1, self.cas["wrong-names"].requests()["/order-plz"])

    def test_validation_finds_nobody(self):
        self.says("nobody", "could not validate nobody.example", "refused", r"port 80.*firewall",
                  A_MINUTE, attempts=lambda: self.cas["nobody"].requests()["/order-plz"])
        self.never_served("nobody")

    def test_validation_finds_another_server(self):
        self.says("stranger", "could not validate stranger.example", "did not match",
                  "A or AAAA", A_MINUTE,
                  attempts=lambda: self.cas["stranger"].requests()["/order-plz"])
        self.never_served("stranger")
