"""conf-examples/, made to run here: ports, folders and CAs are replaced, by rule, nothing else."""
import dataclasses
import glob
import os
import re
import subprocess

from . import places
from .apache import Apache
from .nginx import Nginx
from .ports import free_port


# What a CA that is to run commercial-ca.conf must know: key id and MAC key.
EXTERNAL_ACCOUNT = {"4711-key-id": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"}


def _secrets(text, workspace):
    """The files below /etc/acme that an example names, made for this run."""
    for name in set(re.findall(r"/etc/acme/([a-z.]+)", text)):
        path = workspace.file(name, "c2VjcmV0\n", mode=0o600)
        if name == "account.key":
            subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path],
                           check=True, capture_output=True)
        text = text.replace(f"/etc/acme/{name}", path)
    return text


@dataclasses.dataclass(frozen=True)
class Host:
    """A virtual host that is to be served with a managed certificate."""
    issuer: str
    names: tuple


@dataclasses.dataclass(frozen=True)
class Example:
    server: str  # "nginx" or "apache"
    name: str    # "minimal"
    text: str

    @property
    def issuers(self):
        pattern = r"^acme_issuer (\S+)" if self.server == "nginx" else r"^<AcmeIssuer ([^>]+)>"
        return re.findall(pattern, self.text, re.M)

    @property
    def needs_dns(self):
        """Are names proved by a DNS that can be changed?"""
        return re.search(r"dns_provider|AcmeDnsProvider|dns-persist-01", self.text) is not None

    @property
    def hosts(self):
        """What its TLS hosts should serve, read from the text by simple patterns."""
        if self.server == "nginx":
            blocks = [b for b in re.findall(r"^server \{\n(.*?)^\}", self.text, re.M | re.S) if " ssl;" in b]
            names, explicit = r"^\s*server_name ([^;]+);", r"^\s*acme_certificate ([^;]+);"
            inherited = re.search(r"^acme_certificate (\S+);", self.text, re.M)
        else:
            blocks = re.findall(r"^<VirtualHost \*:443>\n(.*?)^</VirtualHost>", self.text, re.M | re.S)
            names, explicit = r"^\s*Server(?:Name|Alias) (.+)$", r"^\s*AcmeCertificate (.+)$"
            inherited = re.search(r"^AcmeCertificate (\S+)$", self.text, re.M)
        found = []
        for block in blocks:
            own = re.search(explicit, block, re.M)
            words = own.group(1).split() if own else [inherited.group(1)]
            given = [word for word in words[1:] if "=" not in word]
            written = given or " ".join(re.findall(names, block, re.M)).split()
            expanded = [n for name in written for n in ([name[1:], "www" + name] if name[0] == "." else [name])]
            found.append(Host(words[0], tuple(expanded)))
        return found

    def rendered(self, cas, address, plain_port, tls_port, html):
        """`cas`: issuer name -> Pebble."""
        text = self.text.replace("/var/www/html", html).replace("127.0.0.1:8080", f"127.0.0.1:{free_port()}")
        text = re.sub(r"/var/log/\w+/", os.path.dirname(html) + "/", text)
        if self.server == "nginx":
            text = re.sub(r"^\s*(uri|ssl_trusted_certificate) [^;]*;.*\n", "", text, flags=re.M)
            text = re.sub(r"^acme_issuer (\S+) \{\n", lambda m: m.group(0) + f"    uri {cas[m.group(1)].uri};\n"
                          f"    ssl_trusted_certificate {cas[m.group(1)].trusted};\n", text, flags=re.M)
            return text.replace("listen 443", f"listen {address}:{tls_port}").replace(
                "listen 80", f"listen {address}:{plain_port}")
        text = re.sub(r"^\s*(AcmeUri|AcmeSSLTrustedCertificate) .*\n", "", text, flags=re.M)
        text = re.sub(r"^<AcmeIssuer ([^>]+)>\n", lambda m: m.group(0) + f"    AcmeUri {cas[m.group(1)].uri}\n"
                      f"    AcmeSSLTrustedCertificate {cas[m.group(1)].trusted}\n", text, flags=re.M)
        return text.replace("<VirtualHost *:443>", f"<VirtualHost *:{tls_port}>").replace(
            "<VirtualHost *:80>", f"<VirtualHost *:{plain_port}>")

    def site(self, workspace, cas, address, plain_port, tls_port, **options):
        """The server that runs it, not yet started."""
        html = os.path.dirname(workspace.file("html/index.html", f"{self.server}: {self.name}\n"))
        text = self.rendered(cas, address, plain_port, tls_port, html)
        mac = workspace.file("mac", EXTERNAL_ACCOUNT["4711-key-id"] + "\n", mode=0o600)
        text = text.replace("/etc/ssl/private/contract-ca.mac", mac)
        text = _secrets(text, workspace)
        if self.server == "nginx":
            return Nginx(workspace, text, tls_port=tls_port, **options)
        return Apache(workspace, text, listen=(f"{address}:{plain_port}", f"{address}:{tls_port}"),
                      tls_port=tls_port, **options)


def all_examples():
    found = []
    for path in sorted(glob.glob(os.path.join(places.REPOSITORY, "conf-examples/*/*.conf"))):
        server, name = path.split(os.sep)[-2:]
        with open(path, encoding="utf-8") as file:
            found.append(Example(server, os.path.splitext(name)[0], file.read()))
    return found
