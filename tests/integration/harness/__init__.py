"""What integration tests, the demo and the bench are made of: a test CA, real servers, handshakes.

    with Workspace() as space:
        dns = ChallTestSrv(space)
        ca = Pebble(space, dns, http_port=port)
        server = Nginx(space, http="server { listen ...; }")
        server.start()
        server.wait_for_certificate("one.example", ca)

Everything started is ended with the workspace, also when the program is killed.
"""
from . import places, sites
from .apache import Apache
from .nginx import Nginx
from .pebble import ChallTestSrv, Pebble
from .ports import free_port
from .tls import Certificate, handshake, verified
from .workspace import Workspace

__all__ = ["Apache", "Certificate", "ChallTestSrv", "Nginx", "Pebble", "Workspace", "free_port", "handshake",
           "places", "sites", "verified"]
