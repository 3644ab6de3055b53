"""What most nginx tests begin with: a CA, two ports, and an nginx whose http block is given."""
import unittest

from . import ChallTestSrv, Nginx, Pebble, Workspace, free_port, handshake
from .processes import wait_until


class NginxSite(unittest.TestCase):
    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)
        self.plain, self.tls = free_port(), free_port()
        self.dns = ChallTestSrv(self.space)
        self.ca = Pebble(self.space, self.dns, http_port=self.plain)

    def issuer(self, name="test", more=""):
        return (f"acme_issuer {name} {{ uri {self.ca.uri}; ssl_trusted_certificate {self.ca.trusted}; "
                f"contact admin@example.com; accept_terms_of_service; {more} }}\n")

    def tls_server(self, names, body="", listen=""):
        return f"server {{ listen 127.0.0.1:{self.tls} ssl {listen}; server_name {names}; {body} }}\n"

    def plain_server(self, body="return 404;", names="_"):
        return f"server {{ listen 127.0.0.1:{self.plain}; server_name {names}; {body} }}\n"

    def nginx(self, http, **more):
        return Nginx(self.space, http, tls_port=self.tls, **more)

    def served(self, name):
        return handshake(self.tls, name, self.ca.root_path)

    def helper(self, server):
        """The pid of the process the engine lives in."""
        def find():
            found = [pid for pid, title in server.processes().items() if "cache manager" in title]
            return found[0] if found else None
        return wait_until(find, 10, "the helper process")
