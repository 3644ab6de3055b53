"""acme_status: in which format it answers, at which paths; what it says when there is nothing to say."""
import concurrent.futures
import os
import unittest

from harness import sites, status
from harness.both import NoCa, on_both_servers
from harness.processes import wait_until
from harness.status_site import StatusSite
from harness.synthetic import fill_status, stop_engine

FORMATS = {
    "text/html": status.HTML, "*/*": status.HTML, "": status.HTML, "image/png": status.HTML,
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": status.HTML,
    "application/json": status.JSON, "text/html;q=0.5, application/json": status.JSON,
    "text/plain": status.METRICS,
    "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1": "application/openmetrics-text",
}


@on_both_servers
class StatusFormats(StatusSite):
    def test_formats_by_accept_and_by_query(self):
        self.live(self.site().start())
        for accept, kind in FORMATS.items():
            with self.subTest(accept=accept):
                answer = self.ask(accept=accept)
                self.assertEqual((200, kind), (answer.status, answer.kind))
                self.assertEqual(str(len(answer.body)), answer.headers["Content-Length"])
        for query, kind in (("html", status.HTML), ("json", status.JSON), ("metrics", status.METRICS)):
            self.assertEqual(kind, self.ask(f"/acme?format={query}").kind)
        self.assertEqual(200, self.ask().status)
        self.assertIn("one.example", self.ask().text)

    def test_each_format_is_valid(self):
        self.live(self.site().start())
        self.assertEqual("", status.complaints_of_tidy(self.ask().body))
        document = self.ask("/acme?format=json").json
        status.validate(document)
        one = document["certificates"][0]["id"]
        self.assertEqual("", status.complaints_of_tidy(self.ask(f"/acme?certificate={one}").body))
        status.validate(self.ask(f"/acme?certificate={one}&format=json").json)
        self.assertEqual("", status.complaints_of_promtool(self.ask("/acme?format=metrics").body))

    def test_head_and_other_methods(self):
        self.live(self.site().start())
        got, head = self.ask(), self.ask(method="HEAD")
        self.assertEqual((200, b"", got.kind), (head.status, head.body, head.kind))
        self.assertTrue(head.headers["Content-Length"])
        for method in ("POST", "PUT", "DELETE", "PATCH", "PROPFIND"):
            answer = self.ask(method=method, body="x" * 20000 if method != "DELETE" else None)
            self.assertEqual(405, answer.status, method)
            self.assertIn("GET", answer.headers["Allow"])
            self.assertIn("HEAD", answer.headers["Allow"])
        self.assertEqual(405 if self.nginx else 200, self.ask(method="OPTIONS").status)
        self.assertEqual(200, self.ask().status)

    def test_over_tls(self):
        server = self.site(more=status.location(self.kind, "/state/"))
        self.live(server.start())
        self.assertEqual(200, status.ask(self.tls, "/state/", host="one.example", tls=True).status)
        self.assertIn(status.ask(self.tls, "/state", host="one.example", tls=True).status, (200, 404))


@on_both_servers
class StatusPaths(StatusSite):
    def test_paths_below_a_prefix(self):
        self.site(ca=NoCa).start()
        expected = {"/acme": 200, "/acme/": 200, "/acme?": 200, "/acmeXYZ": 404, "/acme.html": 404, "/acme/x": 404,
                    "/acme/x/../": 200, "/acme/../etc/passwd": 404, "/acme/%2e%2e/x": 404, "//acme": 200,
                    "/acme//": 200, "/x/../acme": 200, "/acme/%2e%2e%2facme": 404, "/ACME": 404, "/acme%2f": 200,
                    "/acme/..%2f..%2fetc%2fpasswd": 404, "/acme;x": 404, "/%61cme": 200}
        if self.nginx:  # decodes slashes, too
            expected.update({"/acme/%2e%2e%2facme": 200, "/acme/..%2f..%2fetc%2fpasswd": 400})
        else:  # keeps encoded slashes apart: by default with 404
            expected.update({"/acme%2f": 404})
        found = {path: self.ask(path).status for path in expected}
        for path in ("/acme//", "//acme"):  # merged or not, by the server's own settings
            self.assertIn(found.pop(path), (200, 404))
        for path, code in found.items():
            self.assertEqual(expected[path], code, path)

    def test_bytes_no_browser_sends(self):
        self.site(ca=NoCa).start()
        for path in (b"/acme/%00", b"/acme%00", b"/acme?search=%00%ff%fe", b"/acme?" + b"x" * 7000,
                     b"/acme?search=" + b"%3Cscript%3E" * 100, b"/acme?page=99999999999999999999&per_page=-1",
                     b"/acme?a=1&a=2&&&=&=x", b"/acme?format=exe", b"/acme?certificate=../../secret",
                     b"/acme?certificate=..%2f..%2fsecret", b"/acme\xff\xfe", b"/acme?\xff<>\"'"):
            code = status.ask_raw(self.plain, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            self.assertIn(code, (200, 400, 404, 414), path)
        self.assertNotIn("<script>alert", self.ask("/acme?search=%3Cscript%3Ealert(1)%3C/script%3E").text)

    def test_kinds_of_locations(self):
        if self.nginx:
            pages = (status.location("nginx", "/exact", modifier="=") + status.location("nginx", "^/regex", modifier="~") +
                     status.location("nginx", "@named") + "location /named { try_files /nothing @named; }\n" +
                     status.location("nginx", "/limited", more="limit_except GET { deny all; }") +
                     status.location("nginx", "/if", more="if ($arg_x) { set $y 1; }"))
            expected = {"/exact": 200, "/exact/": 404, "/regex": 200, "/regex/x": 200, "/named": 200, "/limited": 200,
                        "/if": 200, "/if?x=1": 200, "/if/y": 404}
        else:
            pages = (status.location("apache", "^/regex", modifier="Match") + status.location("apache", "/shell*") +
                     "<Files \"named\">\nSetHandler acme-status\n</Files>\n")
            expected = {"/regex": 200, "/regex/x": 200, "/shell-x": 200, "/named": 200}
        self.site(pages, ca=NoCa).start()
        for path, code in expected.items():
            answer = self.ask(path)
            self.assertEqual(code, answer.status, path)


@on_both_servers
class StatusWithoutStatus(StatusSite):
    """The page says what is missing; it never fails."""

    def words(self, expected):
        for path, code in (("/acme", 200), ("/acme?format=json", 200), ("/acme?format=metrics", 503)):
            answer = self.ask(path)
            self.assertEqual(code, answer.status, path)
            self.assertRegex(answer.text, expected)

    def test_nothing_is_managed(self):
        text = status.location(self.kind)
        server = sites.server(self.kind, self.space, sites.plain(self.kind, self.plain, text), self.plain, self.tls)
        server.start()
        self.words("manages no certificate")

    def test_status_files_that_are_missing_or_damaged(self):
        server = self.live(self.site().start())
        folder = os.path.join(server.state_path, "engine/status")
        stop_engine(self, server)
        files = [os.path.join(where, name) for where, _, names in os.walk(folder) for name in names]
        self.assertTrue(files)
        for damage in (b"", b"\0" * 100, b"{", b"garbage" * 1000, None):
            for path in files:
                if damage is None:
                    if os.path.exists(path):
                        os.unlink(path)
                    continue
                with open(path, "wb") as file:
                    file.write(damage)
            self.wait_for_fresh_answers()
            with self.subTest(damage=damage and damage[:10]):
                for query in ("", "?format=json", "?format=metrics", "?certificate=one.example", "?state=valid"):
                    self.assertIn(self.ask("/acme" + query).status, (200, 404, 503), query)
                self.words("status|written")
        self.assertEqual("", status.complaints_of_tidy(self.ask().body))


    def test_an_engine_that_is_silent(self):
        server = self.live(self.site().start())
        stop_engine(self, server)
        fill_status(server, 10, seconds_ago=300)
        self.assertIn("has not been heard of since", self.ask().text)
        self.assertFalse(self.ask("/acme?format=json").json["engine"]["alive"])


@on_both_servers
class StatusUnderLoad(StatusSite):
    def test_many_ask_while_certificates_are_issued(self):
        names = [f"n{i}.example" for i in range(10)]
        server = self.site(names=names).start()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            paths = ["/acme", "/acme?format=json", "/acme?format=metrics", "/acme?state=valid"] * 50
            answers = list(pool.map(lambda path: self.ask(path).status, paths))
        self.assertEqual({200}, set(answers) - {503})  # 503: metrics before the engine wrote anything
        for name in names:
            self.live(server, name)

    def test_after_a_reload(self):
        server = self.live(self.site().start())
        server.reload()
        wait_until(lambda: self.ask().status == 200, 10, "answered")
        self.live(server)


if __name__ == "__main__":
    unittest.main()
