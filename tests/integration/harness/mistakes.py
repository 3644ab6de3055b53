"""MistakesSite: configurations that are tested and never run."""
import os

from . import sites
from .both import NoCa, Site


class MistakesSite(Site):
    def server(self, *parts, plain=None):
        text = "".join(parts) + sites.plain(self.kind, self.plain) if plain is None else "".join(parts) + plain
        return sites.server(self.kind, self.space, text, self.plain, self.tls)

    def issuer(self, *words, name="test"):
        return sites.issuer(self.kind, NoCa, name, words)

    def host(self, names, certificate="test", more=""):
        return sites.host(self.kind, self.tls, names, certificate, more)

    def refused(self, server, *texts):
        status, output = server.check()
        self.assertNotEqual(0, status, output)
        for text in texts:
            self.assertRegex(output, text)
        where = rf"{server.name}\.conf:\d+" if self.nginx else rf"{server.name}\.conf(:\d+|:?$)"
        self.assertRegex(output, "(?m)" + where)
        self.assertFalse(os.path.exists(server.state_path))

    def accepted(self, server, *texts):
        status, output = server.check()
        self.assertEqual(0, status, output)
        for text in texts:
            self.assertRegex(output, text)
