"""What to do about a failure: the same words in the log, in `acmectl status` and in `acmectl certificates`."""
import http.server
import re
import threading

from harness.both import Site, on_both_servers
from harness.control import acmectl, rows

NAME = "one.example"


class Stranger(http.server.BaseHTTPRequestHandler):
    """Another server, whose page tells of everything but the challenge."""
    status, page = 404, b""

    def do_GET(self):
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, format, *args):
        pass


class Talkative(Stranger):
    status, page = 200, b'rate limit: "your account is paused", NXDOMAIN, subscription has expired'


@on_both_servers
class Advice(Site):
    def in_log(self, hint):
        """httpd's log has httpd's words alone."""
        return hint if self.nginx else re.sub(r"`[^`]*` \(Apache: ([^)]*)\)", r"\1", hint)

    def says(self, server, *patterns, kind=None):
        """The first failure's hint holds `patterns`, and all say it, once each."""
        line = server.wait_for_log(rf"(?m)^.*{NAME}: .*; tried again in .*$")[0]
        row, = rows(server, NAME)
        hint = row["hint"]
        for pattern in patterns:
            self.assertRegex(hint, pattern)
        self.assertEqual(kind or row["last_error_type"], row["last_error_type"])
        self.assertNotIn(hint, row["last_error"])
        self.assertEqual(1, line.count(f"({self.in_log(hint)}); tried again in "), line)
        self.assertEqual(1, acmectl(server, "status", NAME).output.count(f"({hint})"))
        self.assertIn(f"What To Do: {hint}\n", acmectl(server, "certificates", NAME).output)

    def stranger(self, handler):
        self.ca.dns.call("add-a", host=NAME, addresses=["127.0.0.3"])
        other = http.server.ThreadingHTTPServer(("127.0.0.3", self.plain), handler)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        self.addCleanup(other.server_close)
        self.addCleanup(other.shutdown)

    def test_nobody_listens(self):
        self.ca.dns.call("add-a", host=NAME, addresses=["127.0.0.2"])
        self.says(self.managed([[NAME]]).start(), "nothing takes connections on port 80", "listen 80", "Listen 80",
                  kind="connection")

    def test_another_server_answers(self):
        self.stranger(Stranger)
        self.says(self.managed([[NAME]]).start(), "another server answered", "A or AAAA", kind="unauthorized")

    def test_a_page_is_not_taken_for_the_words_of_the_ca(self):
        self.stranger(Talkative)
        self.says(self.managed([[NAME]]).start(), "another server answered", kind="unauthorized")

    def test_nobody_speaks_tls(self):
        self.says(self.managed([[NAME]], words=["challenge tls-alpn-01"]).start(), "port 443", "AAAA")

    def test_the_name_has_no_address(self):
        self.ca.dns.call("set-servfail", host=NAME)
        self.says(self.managed([[NAME]]).start(), "no A or AAAA record", "dns-01", kind="connection")

    def test_caa_names_another_ca(self):
        self.ca.dns.call("add-caa", host=NAME + ".", policies=[{"tag": "issue", "value": "other.example"}])
        words = [f"resolver 127.0.0.1:{self.ca.dns.dns_port}"]
        self.says(self.managed([[NAME]], words=words).start(), r"CAA 0 issue \"pebble", kind="caa")

    def test_the_ca_wants_a_customer(self):
        self.start_ca(config={"externalAccountBindingRequired": True, "externalAccountMACKeys": {}})
        self.says(self.managed([[NAME]]).start(), "customer portal", "external_account_key", "AcmeExternalAccountKey")

    def test_the_ca_refuses_the_name(self):
        self.start_ca(config={"domainBlocklist": [NAME]})
        self.says(self.managed([[NAME]]).start(), "does not issue for this name", kind="rejectedIdentifier")

    def test_the_ca_lacks_the_profile(self):
        self.says(self.managed([[NAME]], words=["profile nosuch require"]).start(), "default")
