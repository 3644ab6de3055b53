"""tls-alpn-01: names are proved on the TLS port alone, and nobody but the CA notices."""
import contextlib
import os
import socket
import ssl
import subprocess
import threading
import unittest

from harness import free_port, places, sites
from harness.alpn import Answer, ask, make_live
from harness.both import Site, on_both_servers
from harness.processes import INSTRUMENTED, private_kib, wait_until
from harness.tls import own_certificate, verified

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
LIVE = "live.example"


class AlpnSite(Site):
    """The CA finds nobody on port 80."""

    def setUp(self):
        super().setUp()
        self.start_ca(tls_port=self.tls)

    def words(self, nginx, apache):
        """Lines of a virtual host."""
        return nginx if self.nginx else apache

    def unmanaged(self, name="own.example", more="", listen=""):
        certificate, key = own_certificate(self.space, name)
        if self.nginx:
            return (f"server {{ listen 127.0.0.1:{self.tls} ssl {listen}; server_name {name}; "
                    f"ssl_certificate {certificate}; ssl_certificate_key {key}; root html; {more} }}\n")
        return (f"<VirtualHost *:{self.tls}>\nServerName {name}\nSSLEngine on\nSSLCertificateFile {certificate}\n"
                f"SSLCertificateKeyFile {key}\n{more}</VirtualHost>\n")

    def site(self, hosts=(("one.example",),), certificate="test", more="", before="", words=(), modules=(), **options):
        """`before`: virtual hosts in front of the managed ones, the default server among them."""
        text = sites.issuer(self.kind, self.ca, words=("challenge tls-alpn-01", *words)) + self.line("acme_reload off")
        text += before + "".join(sites.host(self.kind, self.tls, names, certificate, more) for names in hosts)
        if self.nginx:
            return sites.server(self.kind, self.space, text, self.plain, self.tls, **options)
        listen = (f"127.0.0.1:{self.tls}",)
        return sites.Apache(self.space, text, listen=listen, tls_port=self.tls, modules=modules, **options)

    def obtained(self, name="one.example", **options):
        server = self.site(**options).start()
        server.wait_for_certificate(name, self.ca)
        self.assertEqual(1, self.orders())
        return server


@on_both_servers
class Issued(AlpnSite):
    """Each against the real CA, on whatever the virtual host is like."""

    def test_plainly(self):
        server = self.obtained(hosts=[["one.example", "two.example"]])
        server.wait_for_certificate("two.example", self.ca)

    def test_tls_1_2_only(self):
        self.obtained(more=self.words("ssl_protocols TLSv1.2;\n", "SSLProtocol TLSv1.2\n"))

    def test_tls_1_3_only(self):
        self.obtained(more=self.words("ssl_protocols TLSv1.3;\n", "SSLProtocol TLSv1.3\n"))

    def test_rsa_only(self):
        # Apache begins with the placeholder's key, whose type the ciphers must suit; nginx needs no key of the server's.
        more = self.words("ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;\n", "SSLProtocol TLSv1.2\n")
        self.obtained(certificate="test key=rsa:2048", more=more)

    def test_client_certificates_are_required(self):
        ca = own_certificate(self.space, "clients.example")[0]
        server = self.site(more=self.words(f"ssl_client_certificate {ca}; ssl_verify_client on;\n",
                                           f"SSLCACertificateFile {ca}\nSSLVerifyClient require\n")).start()
        server.wait_for_log("one.example: new certificate")

    def test_beside_http_2(self):
        before = self.unmanaged(listen="http2") if self.nginx else "Protocols h2 http/1.1\n"
        server = self.obtained(before=before, modules=("http2",))
        self.assertEqual("h2", ask(self.tls, "one.example", ("h2", "http/1.1")).protocol)
        self.assertTrue(server.running)

    def test_the_default_server_is_not_ours(self):
        self.obtained(before=self.unmanaged())

    def test_the_default_server_refuses_unknown_names(self):
        before = self.words(f"server {{ listen 127.0.0.1:{self.tls} ssl default_server; ssl_reject_handshake on; }}\n",
                            "SSLStrictSNIVHostCheck on\n" + self.unmanaged())
        self.obtained(before=before)

    def test_an_address(self):
        server = self.site(certificate="test 127.0.0.1 one.example").start()
        found = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(["127.0.0.1", "one.example"], found.names)


@on_both_servers
class Answered(AlpnSite):
    """Handshakes one by one, while a challenge is live."""

    def live(self, **options):
        server = self.obtained(**options)
        make_live(server, LIVE)
        return server

    def test_the_connection_ends_with_the_handshake(self):
        self.live()
        for version in (TLS12, TLS13):
            answer = ask(self.tls, LIVE, version=version, stay=20)
            self.assertEqual(Answer(protocol="acme-tls/1", names=(LIVE,), key_type="ecdsa:256", version=answer.version,
                                    closed=True), answer)

    def test_whatever_keys_are_served(self):
        self.obtained_keys("test key=ecdsa:256,rsa:2048")
        for version in (TLS12, TLS13):
            for ciphers in (None, "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"):
                answer = ask(self.tls, LIVE, version=version, ciphers=ciphers)
                # nginx has no need of the server's own keys.
                if self.nginx and ciphers and "RSA" in ciphers and version == TLS12:
                    self.assertTrue(answer.error)
                    continue
                self.assertEqual(("acme-tls/1", (LIVE,)), (answer.protocol, answer.names), (version, ciphers))

    def obtained_keys(self, certificate):
        server = self.site(certificate=certificate).start()
        for key in ("RSA", "ECDSA"):  # an order under way would write its challenge over ours
            wait_until(lambda key=key: not isinstance(verified(self.tls, "one.example", self.ca.root_path, key=key), str),
                       30, f"{key} is served")
        make_live(server, LIVE)

    def test_a_name_that_is_not_live_is_answered_as_without_us(self):
        self.live(before=self.unmanaged())
        with_us = [ask(self.tls, name, offer, version) for name, offer, version in self.strangers()]
        for answer in with_us:
            self.assertNotEqual("acme-tls/1", answer.protocol)
        self.assertEqual(self.without_us(), with_us)

    def strangers(self):
        for version in (TLS12, TLS13):
            for name in ("own.example", "made-up.example"):
                for offer in (("acme-tls/1",), ("acme-tls/1", "http/1.1"), ("acme-tls/1", "h2"), ("http/1.1",), ()):
                    yield name, offer, version
            # Whoever offers more than acme-tls/1 validates nothing.
            yield LIVE, ("acme-tls/1", "http/1.1"), version

    def without_us(self):
        """What the same server says that does not have this module."""
        before, self.tls = self.tls, free_port()
        options = {} if self.nginx else {"listen": (f"127.0.0.1:{self.tls}",)}
        make = sites.Nginx if self.nginx else sites.Apache
        twin = make(self.space, self.unmanaged(), tls_port=self.tls, module=False, **options).start()
        answers = [ask(self.tls, name, offer, version) for name, offer, version in self.strangers()]
        self.assertTrue(twin.stop())
        self.tls = before
        return answers

    def test_sessions_are_resumed_as_ever(self):
        self.live()
        for version in ("-tls1_2", "-tls1_3"):
            file = self.space.file(f"session{version}")
            command = ["openssl", "s_client", "-connect", f"127.0.0.1:{self.tls}", "-servername", "one.example", version]
            request = b"GET / HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n"
            for option, word in (("-sess_out", "New, "), ("-sess_in", "Reused, ")):
                done = subprocess.run([*command, option, file, "-ign_eof"], input=request, capture_output=True,
                                      timeout=60, check=False)
                self.assertIn(word, done.stdout.decode(errors="replace"))

    def test_a_challenge_gives_no_session(self):
        self.live()
        for version in ("-tls1_2", "-tls1_3"):
            file = self.space.file(f"session{version}")
            subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.tls}", "-servername", LIVE, "-alpn",
                            "acme-tls/1", version, "-sess_out", file], stdin=subprocess.DEVNULL, capture_output=True,
                           timeout=60, check=False)
            text = subprocess.run(["openssl", "sess_id", "-in", file, "-noout", "-text"], capture_output=True, text=True,
                                  check=False).stdout if os.path.exists(file) else ""
            self.assertNotIn("TLS session ticket:", text)


@on_both_servers
class Flooded(AlpnSite):
    """Clients that offer acme-tls/1 for names nobody has."""

    @staticmethod
    def flood(port, first, count):
        for number in range(first, first + count):
            ask(port, f"n{number}.flood.example")

    def memory(self, server):
        """KiB of each of its processes; httpd starts and ends more of them when it likes."""
        found = {}
        for pid in server.processes():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found[pid] = private_kib(pid)
        return found

    @unittest.skipIf(INSTRUMENTED, "the memory of a sanitizer is not the server's")
    def test_nothing_grows_and_others_are_served(self):
        server = self.obtained()
        make_live(server, LIVE)
        path = os.path.join(server.state_path, "engine/challenges")
        self.flood(self.tls, 0, 300)  # whatever is made once is made
        before, facts = self.memory(server), os.stat(path)
        threads = [threading.Thread(target=self.flood, args=(self.tls, 1000 + 1000 * i, 500)) for i in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self.assertTrue(self.served("one.example").verified)
            self.assertEqual((LIVE,), ask(self.tls, LIVE).names)
        after, facts_after = self.memory(server), os.stat(path)
        self.assertEqual((facts.st_size, facts.st_mtime_ns, facts.st_ino),
                         (facts_after.st_size, facts_after.st_mtime_ns, facts_after.st_ino))
        for pid in before.keys() & after.keys():
            self.assertLess(after[pid] - before[pid], 6144, f"{before} KiB before, {after} KiB after")
    test_nothing_grows_and_others_are_served.time_limit = 90

    def test_half_a_handshake_is_ended_by_the_servers_own_limit(self):
        words = ("client_header_timeout 6s;\n" if self.nginx else
                 f"LoadModule reqtimeout_module {places.APACHE_MODULES}/mod_reqtimeout.so\n"
                 "RequestReadTimeout handshake=6 header=6\n")
        self.obtained(before=words)
        with socket.create_connection(("127.0.0.1", self.tls), timeout=30) as half:
            half.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
            self.assertEqual(b"", half.recv(100)[7:])


class BehindAProxy(AlpnSite, unittest.TestCase):
    kind = "nginx"

    def test_behind_the_proxy_protocol(self):
        front = free_port()
        server = self.site(before=(
            f"server {{ listen 127.0.0.1:{front} ssl proxy_protocol; ssl_reject_handshake on; }}\n")).start()
        server.wait_for_certificate("one.example", self.ca)
        make_live(server, LIVE)
        with socket.create_connection(("127.0.0.1", front), timeout=20) as plain:
            plain.sendall(b"PROXY TCP4 192.0.2.1 192.0.2.2 40000 443\r\n")
            context = ssl._create_unverified_context()
            context.set_alpn_protocols(["acme-tls/1"])
            with context.wrap_socket(plain, server_hostname=LIVE) as tls:
                self.assertEqual("acme-tls/1", tls.selected_alpn_protocol())


if __name__ == "__main__":
    unittest.main()
