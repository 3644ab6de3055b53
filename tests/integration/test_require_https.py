"""acme_require_https: plain HTTP of managed names goes to https once, and only once, their certificate is live."""
import http.client
import re
import ssl
import time
import unittest

from harness import sites
from harness.both import Site, on_both_servers
from harness.processes import wait_until

LATER = "later.example"  # its DNS fails: it keeps the placeholder


@on_both_servers
class RequireHttps(Site):
    def ask(self, name, path="/x?a=1&b=%20", method="GET", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=20)
        return self.answer(connection, name, path, method, body)

    def ask_tls(self, name, path="/"):
        connection = http.client.HTTPSConnection("127.0.0.1", self.tls, timeout=20,
                                                 context=ssl._create_unverified_context())
        return self.answer(connection, name, path)

    @staticmethod
    def answer(connection, name, path, method="GET", body=None):
        try:
            connection.request(method, path, body=body, headers={"Host": name} if name else {})
            answer = connection.getresponse()
            answer.read()
            return answer
        finally:
            connection.close()

    def location(self, *arguments, **options):
        answer = self.ask(*arguments, **options)
        return answer.status, answer.getheader("Location")

    def site(self, top, plain="", hosts=(["one.example"], [LATER]), more=""):
        """Started, and one.example has its certificate."""
        self.start_ca()
        self.ca.dns.call("set-servfail", host=LATER)
        text = sites.issuer(self.kind, self.ca) + self.line("acme_reload off") + top
        text += sites.plain(self.kind, self.plain, plain)
        text += "".join(sites.host(self.kind, self.tls, names, more=more) for names in hosts)
        server = sites.server(self.kind, self.space, text, self.plain, self.tls)
        with open(server.conf_path, encoding="utf-8") as file:
            self.text = file.read()
        self.before = None
        server.start()
        self.before = self.ask(LATER).status
        server.wait_for_certificate("one.example", self.ca)
        return server

    def validations(self, name):
        return len(re.findall(f"validate w/ HTTP: http://{name}[:/]", self.ca.log()))

    def wait_for_redirect(self, name="one.example"):
        wait_until(lambda: self.ask(name).getheader("Location"), 20, f"{name} is redirected", pause=0.05)
        time.sleep(0.1)  # another process looks every 50 ms what is live, and may have looked just before

    def test_only_names_with_a_live_certificate_are_redirected(self):
        self.site(self.line("acme_require_https temporary"))
        self.wait_for_redirect()
        self.assertEqual((302, f"https://one.example:{self.tls}/x?a=1&b=%20"), self.location("one.example"))
        self.assertEqual((302, f"https://one.example:{self.tls}/"), self.location(f"ONE.example:{self.plain}", "/"))
        for name in (LATER, "stranger.example", "x.one.example", "127.0.0.1", "one.example.evil.example"):
            self.assertIsNone(self.ask(name).getheader("Location"), name)
        self.assertNotIn(self.before, range(300, 400))
        self.assertNotIn(self.ask_tls("one.example").status, range(300, 400))

    def test_methods_are_kept(self):
        self.site(self.line("acme_require_https temporary"))
        self.wait_for_redirect()
        for method, status in (("GET", 302), ("HEAD", 302), ("POST", 307), ("PUT", 307), ("DELETE", 307)):
            body = "x" * 1000 if method in ("POST", "PUT") else None
            self.assertEqual(status, self.ask("one.example", method=method, body=body).status, method)

    def test_permanent_brings_hsts(self):
        self.site(self.line("acme_require_https permanent"))
        self.wait_for_redirect()
        for method, status in (("GET", 301), ("POST", 308)):
            answer = self.ask("one.example", method=method, body="" if method == "POST" else None)
            self.assertEqual(status, answer.status)
            self.assertIsNone(answer.getheader("Strict-Transport-Security"))
        for path in ("/", "/missing"):
            answer = self.ask_tls("one.example", path)
            self.assertRegex(answer.getheader("Strict-Transport-Security") or "", r"^max-age=\d{8}$", path)
        self.assertIsNone(self.ask_tls(LATER).getheader("Strict-Transport-Security"))

    def test_an_own_hsts_header_wins(self):
        own = "add_header Strict-Transport-Security max-age=7 always;\n" if self.nginx else \
            "Header always set Strict-Transport-Security max-age=7\n"
        self.site(self.line("acme_require_https permanent"), more=own)
        self.wait_for_redirect()
        for path in ("/", "/missing"):
            self.assertEqual(["max-age=7"], self.ask_tls("one.example", path).headers.get_all("Strict-Transport-Security"))

    def test_challenges_are_answered_all_the_same(self):
        server = self.site(self.line("acme_require_https permanent"))
        self.wait_for_redirect()
        self.assertEqual(404, self.ask("one.example", "/.well-known/acme-challenge/somebody-elses").status)
        server.write(self.text.replace("one.example", "one.example two.example" if self.nginx else
                                       "one.example\n    ServerAlias two.example"))
        asked = self.validations("one.example")
        server.reload()
        seen = server.wait_for_certificate("two.example", self.ca)
        self.assertEqual(["one.example", "two.example"], seen.names)
        self.assertGreater(self.validations("one.example"), asked)
        self.wait_for_redirect("two.example")

    def test_off_where_it_is_said(self):
        self.site(self.line("acme_require_https permanent"), plain=self.line("acme_require_https off"))
        self.assertIsNone(self.ask("one.example").getheader("Location"))

    def test_before_redirects_of_the_operators(self):
        own = "return 301 https://elsewhere.example/;\n" if self.nginx else "Redirect permanent / https://elsewhere.example/\n"
        self.site(self.line("acme_require_https temporary"), plain=own)
        self.wait_for_redirect()
        wait_until(lambda: self.location("one.example", "/")[0] == 302, 20, "our redirect")
        self.assertEqual((301, "https://elsewhere.example/"), self.location(LATER, "/"))


if __name__ == "__main__":
    unittest.main()
