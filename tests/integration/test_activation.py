"""The proof that a certificate is live: the engine looks at the server's own listeners as a client does."""
import os
import socket
import ssl
import subprocess
import threading
import unittest

from harness import sites
from harness.both import Site, on_both_servers
from harness.control import DONE, acmectl, rows
from harness.nginx_site import NginxSite
from harness.processes import wait_until


def static_certificate(folder, subject):
    """(certificate file, key file), self-signed."""
    certificate, key = os.path.join(folder, "static.pem"), os.path.join(folder, "static.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "30", "-subj", f"/CN={subject}", "-keyout", key, "-out", certificate], check=True,
                   capture_output=True)
    return certificate, key


def rows_now(server):
    """Those of acmectl status; none while no engine answers."""
    answer = acmectl(server, "status", "--json")
    return answer.json["state_directories"][0]["certificates"] if answer.code == DONE else []


def wait_for_served(server, state, version=1, seconds=60):
    """The rows of acmectl status once each certificate has this version and is in this state."""
    def seen():
        found = rows_now(server)
        right = [row for row in found if row["version"] == version and row["served"] == state]
        return found if found and right == found else None
    try:
        return wait_until(seen, seconds, f"served: {state}", pause=0.2)
    except TimeoutError:
        raise AssertionError(f"not {state}: {rows_now(server)}\n{server.log()}") from None


@on_both_servers
class Activation(Site):
    def own_certificate(self, certificate, key):
        if self.nginx:
            return f"    ssl_certificate {certificate};\n    ssl_certificate_key {key};\n"
        return f"    SSLCertificateFile {certificate}\n    SSLCertificateKeyFile {key}\n"

    def site(self, hosts):
        """A server of the CA's and of these virtual hosts, as text."""
        text = sites.issuer(self.kind, self.ca) + self.line("acme_reload off") + sites.plain(self.kind, self.plain)
        return sites.server(self.kind, self.space, text + hosts, self.plain, self.tls)

    def host(self, more):
        return sites.host(self.kind, self.tls, ["one.example"], more=more)

    def test_live_after_issuance_and_renewal(self):
        server = self.managed([["one.example", "www.one.example"]]).start()
        row, = wait_for_served(server, "live")
        self.assertEqual(f"seen at 127.0.0.1:{self.tls}", row["served_detail"])
        server.wait_for_log("one.example: seen live")
        self.assertRegex(acmectl(server, "status").output, "one.example .*valid, live")
        self.assertIn("Served: live, seen at 127.0.0.1:", acmectl(server, "certificates").output)
        self.assertEqual(DONE, acmectl(server, "renew", "--force", "one.example").code)
        wait_until(lambda: server.log().count("one.example: seen live") == 2, 40, "told again, once")
        self.assertEqual("live", rows(server)[0]["served"])
        self.assertEqual(1, len(rows(server)))
        if self.nginx:
            with open(os.path.join(server.folder, "access.log"), encoding="utf-8") as file:
                self.assertNotIn('""', file.read())  # a connection without a request

    def test_a_static_certificate_wins(self):
        own = static_certificate(self.space.folder("static"), "shop.invalid")
        first = sites.host(self.kind, self.tls, ["one.example"], certificate="", more=self.own_certificate(*own))
        server = self.site(first + self.host("")).start()
        row, = wait_for_served(server, "other")
        for words in ("shop.invalid", "one.example at 127.0.0.1:", "certificate of its own wins"):
            self.assertIn(words, row["served_detail"])
        server.wait_for_log("another certificate is served for one.example")
        self.assertIn("valid, not served", acmectl(server, "status").output)
        self.assertEqual(1, server.log().count("another certificate is served for one.example"))

    def test_client_certificates_are_required(self):
        roots, _ = static_certificate(self.space.folder("static"), "roots.invalid")
        more = (f"    ssl_verify_client on;\n    ssl_client_certificate {roots};\n" if self.nginx else
                f"    SSLVerifyClient require\n    SSLCACertificateFile {roots}\n")
        wait_for_served(self.site(self.host(more)).start(), "live")

    def test_two_key_types(self):
        server = self.managed([["one.example"]], certificate="test key=ecdsa:256,rsa:2048").start()
        self.assertEqual(2, len(wait_for_served(server, "live")))

    def test_tls_1_2_only(self):
        more = "    ssl_protocols TLSv1.2;\n" if self.nginx else "    SSLProtocol TLSv1.2\n"
        wait_for_served(self.site(self.host(more)).start(), "live")

    def test_an_old_process_ends_slowly(self):
        server = self.managed([["one.example"]]).start()
        wait_for_served(server, "live")
        context = ssl._create_unverified_context()
        with socket.create_connection(("127.0.0.1", self.tls)) as plain:
            with context.wrap_socket(plain, server_hostname="one.example") as held:
                held.sendall(b"GET / HTTP/1.1\r\n")
                server.reload()
                # Before that the old engine may answer, and end amid an order.
                wait_until(lambda: server.log().count("managing 1 certificate") == 2, 20, "the next engine")
                wait_for_served(server, "live")
                self.assertEqual(DONE, acmectl(server, "renew", "--force", "one.example").code)
                wait_for_served(server, "live", version=2)


class NginxListeners(NginxSite):
    def managed(self, listen, more=""):
        return self.nginx(self.issuer() + "acme_reload off;\n" + more + self.plain_server() +
                          f"server {{ {listen} server_name one.example; acme_certificate test; }}\n").start()

    def test_behind_the_proxy_protocol(self):
        server = self.managed(f"listen 127.0.0.1:{self.tls} ssl proxy_protocol;")
        wait_for_served(server, "live")

    def test_a_handshake_that_is_rejected(self):
        server = self.managed(f"listen 127.0.0.1:{self.tls} ssl;", more=(
            f"server {{ listen 127.0.0.1:{self.tls} ssl; server_name one.example; ssl_reject_handshake on; }}\n"))
        row, = wait_for_served(server, "unreachable")
        self.assertIn("unrecognized name", row["served_detail"])

    def test_another_program_answers_there(self):
        certificate, key = static_certificate(self.space.folder("static"), "other.invalid")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        program = socket.socket()
        self.addCleanup(program.close)
        program.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        program.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        program.bind(("127.0.0.1", self.tls))
        program.listen(20)

        def answer():
            while True:
                try:
                    connection, _ = program.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(connection, server_side=True) as tls:
                        tls.recv(1)
                except OSError:
                    pass
        threading.Thread(target=answer, daemon=True).start()
        server = self.managed(f"listen {self.tls} ssl reuseport;")
        row, = wait_for_served(server, "other")
        self.assertIn("other.invalid", row["served_detail"])
        self.assertIn("another program accepts the connections", row["served_detail"])


if __name__ == "__main__":
    unittest.main()
