"""Handshakes as a client does them, and what they say about the certificate served."""
import dataclasses
import datetime
import functools
import os
import socket
import ssl
import subprocess

from .processes import PATIENCE


@dataclasses.dataclass(frozen=True)
class Certificate:
    verified: bool  # by the root given to handshake()
    why_not: str
    der: bytes
    protocol: str

    def _ask(self, *options):
        done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", *options], input=self.der,
                              check=True, capture_output=True)
        return done.stdout.decode()

    @property
    def issuer(self):
        """The issuer's CN."""
        return self._ask("-issuer", "-nameopt", "multiline").rsplit("commonName", 1)[-1].split("= ", 1)[-1].strip()

    @property
    def subject(self):
        return self._ask("-subject").partition("=")[2].strip()

    @property
    def serial(self):
        return self._ask("-serial").partition("=")[2].strip().lower()

    @property
    def names(self):
        text = self._ask("-ext", "subjectAltName")
        return sorted(part.strip().partition(":")[2] for part in text.split("\n", 1)[-1].split(",") if ":" in part)

    @property
    def key_type(self):
        """ "ecdsa:256", "rsa:2048" """
        text = self._ask("-text")
        bits = text.split("Public-Key: (", 1)[1].split(" ", 1)[0]
        return ("rsa:" if "rsaEncryption" in text else "ecdsa:") + bits

    @property
    def not_before(self):
        return self._time("-startdate")

    @property
    def not_after(self):
        return self._time("-enddate")

    def _time(self, which):
        text = self._ask(which).partition("=")[2].strip()
        return datetime.datetime.strptime(text, "%b %d %H:%M:%S %Y %Z").replace(tzinfo=datetime.timezone.utc)


def _connect(port, name, context, address, timeout):
    with socket.create_connection((address, port), timeout=timeout * PATIENCE) as plain:
        with context.wrap_socket(plain, server_hostname=name) as tls:
            return tls.getpeercert(binary_form=True), tls.version() or ""


def _context(root, alpn=None, ciphers=None, maximum=None):
    context = ssl.create_default_context(cafile=root) if root else ssl._create_unverified_context()
    if alpn:
        context.set_alpn_protocols(alpn)
    if ciphers:
        context.set_ciphers(ciphers)
    if maximum:
        context.maximum_version = maximum
    return context


def handshake(port, name, root=None, address="127.0.0.1", timeout=20, alpn=None, ciphers=None, maximum=None):
    """One handshake with SNI `name`. With a root file the chain, dates and name are verified; what is
    served when that fails is fetched all the same. Raises OSError when there is no handshake at all."""
    why_not = "no root given"
    if root:
        try:
            der, protocol = _connect(port, name, _context(root, alpn, ciphers, maximum), address, timeout)
            return Certificate(True, "", der, protocol)
        except ssl.SSLCertVerificationError as error:
            why_not = error.verify_message
    der, protocol = _connect(port, name, _context(None, alpn, ciphers, maximum), address, timeout)
    return Certificate(False, why_not, der, protocol)


@functools.lru_cache(maxsize=8)
def _polling_context(root, changed_at, key):
    if not key:
        return _context(root)
    return _context(root, ciphers=f"ECDHE-{key}-AES128-GCM-SHA256", maximum=ssl.TLSVersion.TLSv1_2)


def verified(port, name, root, address="127.0.0.1", key="", timeout=5):
    """For polling, one connection a time: the certificate when it is verified by the root, else why not, as text.
    `key`: for a client that knows only "ECDSA" or only "RSA"."""
    try:
        context = _polling_context(root, os.stat(root).st_mtime_ns, key)
        return Certificate(True, "", *_connect(port, name, context, address, timeout))
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError as error:
        return str(error)


def own_certificate(space, *names):
    """A certificate that no CA issued, and its key; the certificate is its own root. (paths)"""
    certificate, key = space.file(f"{names[0]}.pem"), space.file(f"{names[0]}.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "30", "-subj", f"/CN={names[0]}", "-addext",
                    "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)], check=True, capture_output=True)
    return certificate, key
