"""acme_status: who is answered; the standing of certificates in logs, headers and Apache's own status pages."""
import os
import re
import socket
import unittest

from harness import sites, status
from harness.both import NoCa, on_both_servers
from harness.processes import wait_until
from harness.status_site import StatusSite


def own_address():
    """An address of this machine that is no loopback one; None when it has only those."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            address = probe.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith("127.") else address


@on_both_servers
class StatusAccess(StatusSite):
    def test_only_this_machine_is_answered(self):
        server = self.site()
        server.start()
        for header in ("x_forwarded_for", "forwarded", "x_real_ip", "via"):
            self.assertEqual(403, self.ask(**{header: "192.0.2.7"}).status, header)
            self.assertEqual(403, self.ask(**{header: "127.0.0.1"}).status, header)
        self.assertEqual(200, self.ask().status)
        server.wait_for_log("the status page answers clients on this machine only")

    def test_open_leaves_it_to_the_servers_rules(self):
        rule = "deny 127.0.0.1;" if self.nginx else "Require not ip 127.0.0.1\nRequire all granted\n"
        if not self.nginx:
            rule = f"<RequireAll>\n{rule}</RequireAll>\n"
        pages = status.location(self.kind, "/all", "open") + status.location(self.kind, "/none", "open", more=rule)
        self.site(pages).start()
        self.assertEqual(200, self.ask("/all", x_forwarded_for="192.0.2.7").status)
        self.assertEqual(403, self.ask("/none").status)

    def test_a_client_from_another_address(self):
        address = own_address()
        if not address:
            self.skipTest("this machine has loopback addresses only")
        pages = status.location(self.kind) + status.location(self.kind, "/all", "open")
        if self.nginx:
            server = self.site()
            with open(server.conf_path, encoding="utf-8") as file:
                text = file.read()
            server.write(text.replace("default_server;", f"default_server; listen {address}:{self.plain};")
                         .replace(status.location(self.kind), pages))
        else:
            server = self.site(pages)
            with open(server.conf_path, encoding="utf-8") as file:
                text = file.read()
            server.write(text.replace(f"Listen 127.0.0.1:{self.plain}", f"Listen {self.plain}"))
        server.start()
        self.assertEqual(403, self.ask(address=address).status)
        self.assertEqual(200, self.ask("/all", address=address).status)
        self.assertEqual(200, self.ask().status)

    def test_whom_a_trusted_proxy_speaks_for(self):
        """realip and mod_remoteip: the client is whom they name, and the connection must be local too."""
        if self.nginx:
            top = "set_real_ip_from 127.0.0.1; real_ip_header X-Client;\n"
            server = self.site(top=top)
        else:
            server = self.site(top="RemoteIPHeader X-Client\nRemoteIPInternalProxy 127.0.0.1\n")
            sites.load_modules(server, "remoteip")
        server.start()
        self.assertEqual(403, self.ask(x_client="192.0.2.7").status)
        self.assertEqual(200, self.ask().status)

    def test_where_the_word_belongs(self):
        wrong = (("acme_status maybe;", "open"), ("acme_status open open;", "number of arguments"),
                 ("acme_status; acme_status;", "twice")) if self.nginx else (("AcmeStatus maybe\n", "open"),
                                                                          ("AcmeStatus open local\n", "one of"))
        for words, said in wrong:
            section = f"location /acme {{ {words} }}\n" if self.nginx else f"<Location /acme>\n{words}</Location>\n"
            code, output = self.site(section, ca=NoCa).check()
            self.assertNotEqual(0, code, words)
            self.assertIn(said, output)
        if self.nginx:
            code, output = self.site("acme_status;\n", ca=NoCa).check()
            self.assertIn("not allowed here", output)


@on_both_servers
class StatusInLogsAndHeaders(StatusSite):
    def test_standing_and_date(self):
        if self.nginx:
            top = "log_format state '$host <$acme_status> <$acme_expires>';\n"
            more = f"    access_log {self.space.path}/state.log state;\n    add_header X-State $acme_status always;\n"
        else:
            top = 'LogFormat "%V <%{ACME_STATUS}e> <%{ACME_EXPIRES}e>" state\n'
            more = (f'    CustomLog {self.space.path}/state.log state\n'
                    '    Header always set X-State "%{ACME_STATUS}e"\n')
        server = self.live(self.site(top=top, more=more).start())

        def logged():
            answer = status.ask(self.tls, "/missing", host="one.example", tls=True)
            self.assertEqual(404, answer.status)
            return answer.headers["X-State"] == "valid"
        wait_until(logged, 20, "valid in a header", pause=0.2)
        ends = server.wait_for_certificate("one.example", self.ca).not_after.strftime("%Y-%m-%dT%H:%M:%SZ")

        def in_log():
            with open(os.path.join(self.space.path, "state.log"), encoding="utf-8") as file:
                return f"one.example <valid> <{ends}>" in file.read()
        wait_until(in_log, 20, "the log")


class ApacheServerStatus(StatusSite, unittest.TestCase):
    kind = "apache"

    def test_section_of_server_status(self):
        page = status.location("apache") + "<Location /server-status>\nSetHandler server-status\n</Location>\n"
        server = self.site(page)
        sites.load_modules(server, "status")
        self.live(server.start())
        lines = dict(re.findall(r"^(Acme\w+): (.*)$", self.ask("/server-status?auto").text, re.M))
        self.assertEqual(("alive", "1", "1", "0"),
                         tuple(lines[f"Acme{key}"] for key in ("Engine", "Certificates", "Valid", "Failing")))
        html = self.ask("/server-status").text
        self.assertRegex(html, r"ACME certificates[\s\S]*Engine: alive[\s\S]*1 valid")

    def test_mod_info_shows_no_secrets(self):
        page = "<Location /server-info>\nSetHandler server-info\n</Location>\n"
        server = self.site(page, ca=NoCa)
        sites.load_modules(server, "info")
        with open(server.conf_path, encoding="utf-8") as file:
            text = file.read()
        secret = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"
        server.write(text.replace("</AcmeIssuer>", f"    AcmeExternalAccountKey kid data:{secret}\n</AcmeIssuer>"))
        server.start()
        html = self.ask("/server-info").text
        self.assertIn("AcmeContact", html)
        self.assertNotIn(secret, html)


if __name__ == "__main__":
    unittest.main()
