"""Clients of tls-alpn-01: what a CA sends, and what anyone else may."""
import dataclasses
import os
import socket
import ssl

from .tls import Certificate


@dataclasses.dataclass(frozen=True)
class Answer:
    """`error`: why there was no handshake, in OpenSSL's word; then nothing else is known."""
    error: str = ""
    protocol: str = ""
    names: tuple = ()
    key_type: str = ""
    version: str = ""
    closed: bool = False  # by the server, within the time that was waited
    resumed: bool = False


def ask(port, name, offer=("acme-tls/1",), version=None, stay=0.0, ciphers=None, session=None):
    """One handshake; with `stay`, the connection is then left open for so long and looked at."""
    context = ssl._create_unverified_context()
    if offer:
        context.set_alpn_protocols(list(offer))
    if version:
        context.minimum_version = context.maximum_version = version
    if ciphers:
        context.set_ciphers(ciphers)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            with context.wrap_socket(plain, server_hostname=name) as tls:
                return _look_at(tls, stay)
    except ssl.SSLError as error:
        return Answer(error=error.reason or str(error))
    except ConnectionError as error:
        return Answer(error=type(error).__name__)


def _look_at(tls, stay):
    certificate = Certificate(False, "", tls.getpeercert(binary_form=True), "")
    closed = False
    if stay:
        tls.settimeout(stay)
        try:
            closed = tls.recv(1) == b""
        except (TimeoutError, socket.timeout):
            pass
    return Answer(protocol=tls.selected_alpn_protocol() or "", names=tuple(certificate.names),
                  key_type=certificate.key_type, version=tls.version() or "", closed=closed)


def make_live(server, name, key_authorization="token.thumbprint"):
    """As the engine does, so that a challenge is live as long as a test wants it to be."""
    descriptor = os.open(os.path.join(server.state_path, "engine/challenges"), os.O_WRONLY | os.O_APPEND)
    try:
        os.write(descriptor, f"@{name} {key_authorization}\n".encode())
    finally:
        os.close(descriptor)
