"""A site whose plain virtual host shows the status page."""
import time

from . import sites, status
from .both import Site
from .processes import wait_until


class StatusSite(Site):
    def site(self, page=None, top="", more="", names=("one.example",), ca=None, **options):
        """Not yet started: the page on the plain virtual host."""
        page = status.location(self.kind) if page is None else page
        text = sites.issuer(self.kind, ca or self.ca) + self.line("acme_reload off") + top
        text += sites.plain(self.kind, self.plain, page)
        text += "".join(sites.host(self.kind, self.tls, [name], more=more) for name in names)
        return sites.server(self.kind, self.space, text, self.plain, self.tls, **options)

    def ask(self, path="/acme", **options):
        return status.ask(self.plain, path, **options)

    @staticmethod
    def wait_for_fresh_answers():
        """Each process that serves gives the same answer all through a second: another one may still tell what was."""
        time.sleep(1.01 - time.time() % 1)

    def live(self, server, name="one.example"):
        """The certificate is served, and the status says so."""
        server.wait_for_certificate(name, self.ca)
        wait_until(lambda: self.standing(name) == "valid", 20, f"{name} is valid:\n{self.ask('/acme?format=json').text}")
        self.wait_for_fresh_answers()
        return server

    def standing(self, name):
        rows = self.ask("/acme?format=json").json.get("certificates") or []
        found = [row for row in rows if name in (row.get("name"), *row.get("names", []))]
        return found[0].get("state") if found else None
