"""http-01 is answered whatever else the server block says, and nothing but live challenges is touched."""
import unittest
import urllib.error
import urllib.request

from harness.nginx_site import NginxSite

HOSTILE = {
    "redirect.example": "return 301 https://$host$request_uri;",
    "silent.example": "return 444;",
    "denied.example": "location / { deny all; }",
    "password.example": "auth_basic realm; auth_basic_user_file /nonexistent;",
    "rewritten.example": "rewrite ^ /elsewhere last;",
    "proxied.example": "location / { proxy_pass http://127.0.0.1:9; }",
    "webroot.example": "location /.well-known/ { root /nonexistent; }",
    "slow.example": "limit_rate 1; return 404;",
}


class Http01(NginxSite):
    def status(self, name, path, method="GET"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.plain}{path}", method=method, headers={"Host": name})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_behind_redirects_rewrites_access_rules_and_proxies(self):
        http = self.issuer()
        for name, body in HOSTILE.items():
            http += self.plain_server(body, name) + self.tls_server(name, "acme_certificate test;")
        server = self.nginx(http).start()
        for name in HOSTILE:
            with self.subTest(name=name):
                self.assertEqual([name], server.wait_for_certificate(name, self.ca).names)

    def test_what_is_not_live_is_left_alone(self):
        folder = self.space.folder("webroot")
        self.space.file("webroot/.well-known/acme-challenge/other-client", "theirs")
        server = self.nginx(self.issuer() + self.plain_server(f"root {folder};") +
                            self.tls_server("a.example", "acme_certificate test;")).start()
        server.wait_for_certificate("a.example", self.ca)
        prefix = "/.well-known/acme-challenge/"
        self.assertEqual(200, self.status("a.example", prefix + "other-client"))
        answers = {"made-up": 404, "": 403, "..%2f..%2fnothing": 404, "%00": 400, "a/b": 404, "a" * 200: 404}
        for token, status in answers.items():
            self.assertEqual(status, self.status("a.example", prefix + token), token)
        self.assertTrue(server.running)


if __name__ == "__main__":
    unittest.main()
