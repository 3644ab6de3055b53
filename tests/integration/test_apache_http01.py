"""The CA's question reaches us on virtual hosts that redirect, rewrite, deny, ask for a password or proxy."""
import http.client
import unittest

from harness import ChallTestSrv, Pebble, Workspace, free_port, sites

HOSTILE = {
    "redirect": "Redirect permanent / https://elsewhere.invalid/",
    "gone": "Redirect gone /",
    "rewrite-to-tls": "RewriteEngine on\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]",
    "rewrite-forbids": "RewriteEngine on\nRewriteRule .* - [F]",
    "denied": "<Location />\nRequire all denied\n</Location>",
    "password": ("<Location />\nAuthType Basic\nAuthName closed\nAuthUserFile /dev/null\nRequire valid-user\n"
                 "</Location>"),
    "dead-proxy": "ProxyPass / http://127.0.0.1:1/",
    "alias": "Alias /.well-known /nonexistent",
    "error-page": "ErrorDocument 404 /missing\nRedirect 404 /",
    "limited": "<Location />\n<LimitExcept POST>\nRequire all denied\n</LimitExcept>\n</Location>",
}
MODULES = ("proxy", "proxy_http", "auth_basic", "authn_core", "authn_file", "authz_user")
# What a request for a token that nobody is asked about gets: the virtual host's own answer.
OWN_ANSWER = {"redirect": 301, "gone": 410, "rewrite-to-tls": 301, "rewrite-forbids": 403, "denied": 403,
              "password": 401, "dead-proxy": 503, "alias": 404, "error-page": 404, "limited": 403}


class Http01(unittest.TestCase):
    time_limit = 120

    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.plain, self.tls = free_port(), free_port()
        self.ca = Pebble(self.space, ChallTestSrv(self.space), http_port=self.plain)

    def answered_by_all(self, mpm):
        text = sites.issuer("apache", self.ca) + "AcmeReload off\n" + sites.plain("apache", self.plain)
        for name, lines in HOSTILE.items():
            text += f"<VirtualHost *:{self.plain}>\nServerName {name}.example\n{lines}\n</VirtualHost>\n"
            text += sites.host("apache", self.tls, [f"{name}.example"])
        server = sites.server("apache", self.space, text, self.plain, self.tls, mpm=mpm, modules=MODULES).start()
        for name in HOSTILE:
            server.wait_for_certificate(f"{name}.example", self.ca, 30)
        for name, status in OWN_ANSWER.items():
            self.assertEqual(status, self.status_of(f"{name}.example"), name)

    def status_of(self, host):
        connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=20)
        connection.request("GET", "/.well-known/acme-challenge/made-up-token", headers={"Host": host})
        status = connection.getresponse().status
        connection.close()
        return status

    def test_event(self):
        self.answered_by_all("event")

    def test_worker(self):
        self.answered_by_all("worker")

    def test_prefork(self):
        self.answered_by_all("prefork")

    def test_a_webroot_of_another_client_still_works(self):
        text = sites.issuer("apache", self.ca) + sites.plain("apache", self.plain) + \
            sites.host("apache", self.tls, ["one.example"])
        server = sites.server("apache", self.space, text, self.plain, self.tls)
        self.space.file(f"{server.folder}/html/.well-known/acme-challenge/of-another", "its answer")
        server.start()
        for method, body in (("GET", b"its answer"), ("HEAD", b"")):
            # Of its own: the reload for the new certificate ends those that are kept alive.
            connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=20)
            connection.request(method, "/.well-known/acme-challenge/of-another")
            answer = connection.getresponse()
            self.assertEqual((200, body), (answer.status, answer.read()))
            connection.close()
