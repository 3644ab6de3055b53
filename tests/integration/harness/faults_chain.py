"""Certificates that are not what was ordered: an authority that signs any of them, for FaultProxy.on()."""
import base64
import json
import os
import subprocess

EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_CONFIG = """[ca]
default_ca = own
[own]
new_certs_dir = {folder}
database = {folder}/index
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = optional
"""


def openssl(*arguments, given=None):
    return subprocess.run(("openssl",) + arguments, input=given, check=True, capture_output=True).stdout


def self_signed(space, name, *options, days="30"):
    """(certificate, key): paths of a self-signed one, e.g. with "-addext", "subjectAltName=DNS:x"."""
    certificate, key = space.file(f"{name}.pem"), space.file(f"{name}.key")
    openssl("req", "-x509", *EC, "-days", days, "-keyout", key, "-out", certificate, "-subj", f"/CN={name}", *options)
    return certificate, key


class Authority:
    """Certifies the key of the CSR that went by, with dates of its own."""

    def __init__(self, space, name):
        self.folder = space.folder(name)
        self.root, self.key = self_signed(space, name)
        self._config = space.file(f"{name}.conf", _CONFIG.format(folder=self.folder))
        with open(os.path.join(self.folder, "index"), "w", encoding="ascii"):
            pass
        self.request = None

    def watch_finalize(self, request):
        payload = json.loads(request.body)["payload"]
        csr = json.loads(base64.urlsafe_b64decode(payload + "=="))["csr"]
        self.request = base64.urlsafe_b64decode(csr + "==")
        return request.forward()

    def sign(self, start, end):
        """Dates as YYYYMMDDHHMMSSZ; leaf and root."""
        csr = openssl("req", "-inform", "DER", given=self.request)
        leaf = openssl("ca", "-batch", "-notext", "-config", self._config, "-cert", self.root, "-keyfile", self.key,
                       "-in", "/dev/stdin", "-startdate", start, "-enddate", end, given=csr)
        with open(self.root, "rb") as root:
            return leaf + root.read()


def dated(authority, proxy, start, end):
    """Arms a proxy."""
    proxy.on("/finalize-order/", authority.watch_finalize, nth=None)

    def fault(request):
        answer = request.forward()
        answer.body = authority.sign(start, end)
        return answer
    proxy.on("/certZ/", fault, nth=None)


def blocks(pem):
    """The certificates of a chain, one text each."""
    end = b"-----END CERTIFICATE-----\n"
    return [part + end for part in pem.split(end) if part.strip()]
