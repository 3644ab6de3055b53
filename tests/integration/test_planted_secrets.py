"""Every secret that a server has is planted with a value that is easy to find, and then everything it writes, shows,
prints or hands to others is searched for it."""
import base64
import glob
import http.server
import os
import subprocess
import threading

from harness import places, sites, status
from harness.both import Site, on_both_servers
from harness.control import acmectl
from harness.mistakes import MistakesSite
from harness.pebble import ChallTestSrv, Pebble
from harness.processes import wait_until

MAC = base64.urlsafe_b64encode(b"planted-eab-mac-planted-eab-mac!").decode().rstrip("=")
DNS_TOKEN = "planted-dns-token-4711"
HOOK_SECRET = "planted-webhook-secret-4712"
PATH_OF_HOOK = "planted-path-4713"
PROXY_PASSWORD = "planted-proxy-4714"
# Each program notes what it was given. What may be in the environment of one, its own credentials, is not noted.
HOOK = """#!/bin/sh
{ for a in "$@"; do echo "arg $a"; done; /usr/bin/env; cat; } >>"%s/$ACME_EVENT.$$" 2>&1
"""
PROVIDER = """#!/bin/sh
test "$DNS_TOKEN" = planted-dns-token-4711 || exit 3
{ for a in "$@"; do echo "arg $a"; done; } >>"%s/provider.$$" 2>&1
test "$1" = present && where=set-txt || where=clear-txt
exec curl -sf -o /dev/null -d "{\\"host\\": \\"$2.\\", \\"value\\": \\"$3\\"}" http://127.0.0.1:%d/$where
"""


def forms(secret):
    """As it is, in hex, in base64 at each of the three offsets, as escaped in a URL."""
    secret = secret.encode() if isinstance(secret, str) else secret
    found = {secret, secret.hex().encode(), "".join(f"%{byte:02X}" for byte in secret).encode()}
    for offset in range(3):
        text = base64.b64encode(b"x" * offset + secret)
        # Without the characters that depend on what stands beside it.
        piece = text[4 if offset else 0:len(text) // 4 * 4 - 4]
        found |= {piece, piece.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def forms_of_key(pem):
    """Lines of the PEM, and the private number."""
    text = subprocess.run(["openssl", "pkey", "-noout", "-text"], input=pem, capture_output=True, check=True).stdout.decode()
    number = bytes.fromhex("".join(text.split("priv:")[1].split("pub:")[0].split()).replace(":", ""))[-32:]
    return {line for line in pem.splitlines()[1:-1] if len(line) > 30} | forms(number)


class Receiver:
    """A webhook that keeps all it is sent but the line with its own path."""

    def __init__(self, test):
        self.seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append(bytes(self.headers) + body)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}/{PATH_OF_HOOK}"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)


@on_both_servers
class PlantedSecrets(Site):
    time_limit = 120

    def setUp(self):
        super().setUp()
        self.notes = self.space.folder("notes")
        os.chmod(self.notes, 0o777)
        self.dns = ChallTestSrv(self.space)
        self._ca = Pebble(self.space, self.dns, http_port=self.plain, nonce_reject=20,
                          config={"externalAccountBindingRequired": True, "externalAccountMACKeys": {"kid-1": MAC}})
        self.account = os.path.join(self.space.folder("keys"), "account.key")
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                        self.account], check=True, capture_output=True)

    def planted_server(self):
        hook = self.space.file("hook.sh", HOOK % self.notes, 0o755)
        provider = self.space.file("provider.sh", PROVIDER % (self.notes, self.dns.management_port), 0o755)
        credentials = self.space.file("keys/dns.env", f"DNS_TOKEN={DNS_TOKEN}\n", 0o600)
        secret = self.space.file("keys/hook.secret", HOOK_SECRET + "\n", 0o600)
        mac = self.space.file("keys/mac", MAC + "\n", 0o600)
        self.receiver = Receiver(self)
        extra = "".join(self.line(f"acme_on_event {event} {hook} {event}") for event in
                        ("renewed", "failed", "expiring", "revoked", "challenge-setup", "installed"))
        extra += self.line(f"acme_notify webhook {self.receiver.url} secret_file={secret} "
                           "events=renewed,failed,expiring,revoked,blocked,recovered,not-live")
        extra += self.line(f"acme_notify mail root sendmail={hook}")
        words = [f"external_account_key kid-1 {mac}", f"account_key {self.account}", "challenge http-01 dns-01",
                 f"resolver 127.0.0.1:{self.dns.dns_port}",
                 f"dns_provider exec {provider} credentials_file={credentials} check=off"]
        text = sites.issuer(self.kind, self.ca, words=words)
        text += sites.issuer(self.kind, self.ca, name="other", words=[f"proxy http://me:{PROXY_PASSWORD}@127.0.0.1:1"])
        text += extra + sites.plain(self.kind, self.plain, status.location(self.kind))
        text += sites.host(self.kind, self.tls, ["one.example"])
        text += sites.host(self.kind, self.tls, ["two.example", "*.two.example"])
        text += sites.host(self.kind, self.tls, ["three.example"], "other")
        return sites.server(self.kind, self.space, text, self.plain, self.tls, level="debug")

    def live_keys(self, server):
        return glob.glob(f"{server.state_path}/live/*.example/privkey.pem")

    def test_they_are_found_nowhere(self):
        server = self.planted_server().start()
        server.wait_for_certificate("one.example", self.ca)
        server.wait_for_certificate("a.two.example", self.ca, 40)
        server.wait_for_log(r"three\.example.*127\.0\.0\.1", 20)
        wait_until(lambda: len(self.live_keys(server)) >= 2 and glob.glob(f"{self.notes}/installed.*"), 30, "live/")
        wait_until(lambda: self.receiver.seen, 20, "a webhook was sent")
        wait_until(lambda: len(set(self.key_authorizations())) >= 3, 20, "the programs were told of three challenges")
        planted = self.planted(server)
        shown = dict(self.everything_shown(server))
        shown |= dict(self.everything_written(server))
        self.assertGreater(len(shown), 40, sorted(shown))
        for where, content in shown.items():
            for name, values in planted.items():
                if self.belongs_there(server, name, where):
                    continue
                for value in values:
                    self.assertNotIn(value, content, f"{name} in {where}")

    def belongs_there(self, server, name, where):
        if name == "the secret":
            return where == f"{server.state_path}/secret"
        # Programs that set a challenge are given it, and pebble's own notes are not looked at.
        return name == "a key authorization" and where.startswith((self.notes + "/challenge-setup", self.notes + "/provider"))

    def key_authorizations(self):
        """Of challenges that are over."""
        for path in glob.glob(f"{self.notes}/challenge-setup.*"):
            with open(path, "rb") as file:
                yield from (line[21:].strip() for line in file if line.startswith(b"ACME_CHALLENGE_VALUE="))

    def planted(self, server):
        with open(f"{server.state_path}/secret", "rb") as file:
            found = {"the secret": forms(file.read())}
        with open(self.account, "rb") as file:
            found["the account's key"] = forms_of_key(file.read())
        for path in self.live_keys(server):
            with open(path, "rb") as file:
                found[path] = forms_of_key(file.read())
        found["a key authorization"] = set(self.key_authorizations())
        found["the EAB key"] = {MAC.encode(), *forms(base64.urlsafe_b64decode(MAC + "="))}
        found["the DNS token"], found["the webhook's secret"] = forms(DNS_TOKEN), forms(HOOK_SECRET)
        found["the webhook's path"] = forms(PATH_OF_HOOK)
        found["the proxy's password"] = forms(PROXY_PASSWORD)
        return found

    def everything_shown(self, server):
        for path in ("/acme", "/acme?format=json", "/acme?format=html", "/acme?format=metrics", "/acme/metrics",
                     "/acme?certificate=one.example", "/acme?name=one.example"):
            for accept in ("text/html", "application/json", "text/plain"):
                yield f"{accept} of {path}", status.ask(self.plain, path, accept=accept).body
        for arguments in (["status"], ["status", "--json"], ["status", "one.example"], ["certificates"], ["config"],
                          ["config", "--json"], ["check"], ["check", "--json"], ["plan"], ["plan", "--json"],
                          ["account", "show"], ["notify-test"], ["renew", "--force", "one.example"],
                          ["renew", "--dry-run", "one.example"], ["renew", "three.example"], ["account", "show", "other"],
                          ["account", "rollover", "--yes", "test"], ["revoke", "--yes", "--no-renew", "one.example"],
                          ["nonsense"], []):
            answer = acmectl(server, *arguments)
            yield f"acmectl {arguments}", (answer.output + answer.error).encode()
        for pid in [server.master, *server.processes()]:
            for name in ("cmdline", "environ", "comm"):
                try:
                    with open(f"/proc/{pid}/{name}", "rb") as file:
                        yield f"/proc/{pid}/{name}", file.read()
                except OSError:
                    pass
        yield "the configuration's test", server.check()[1].encode()

    def everything_written(self, server):
        """Files of the server and of the programs that it ran; the configuration is the operator's."""
        for folder in (server.folder, self.notes):
            for place, _, names in os.walk(folder):
                for name in names:
                    path = os.path.join(place, name)
                    if os.path.isfile(path) and path != server.conf_path and not path.endswith("privkey.pem"):
                        try:
                            with open(path, "rb") as file:
                                yield path, file.read()
                        except FileNotFoundError:
                            pass  # removed meanwhile
        for number, seen in enumerate(self.receiver.seen):
            yield f"webhook {number}", seen
        yield "its standard output", server.daemon.output().encode()


@on_both_servers
class RefusedConfigurations(MistakesSite):
    """A file that is no good is named and not quoted, whatever is in it."""

    def test_no_error_quotes_a_file(self):
        host, text = self.host(["a.example"]), "planted-4715 planted-4715"
        bad = self.space.file("bad", text + "\n", 0o600)
        pem = self.space.file("bad.pem", f"-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n", 0o600)
        json = self.space.file("bad.json", f'{{"kid": "k", "hmac": "{text} %%"}}', 0o600)
        for word in (f"external_account_key kid {bad}", f"external_account_key {json}", f"external_account_key {bad}",
                     f"external_account_key kid data:{text.split()[0]}.%",
                     f"account_key {bad}\nhttp01 stateless", f"account_key {pem}\nhttp01 stateless",
                     f"dns_provider rfc2136 server=192.0.2.1 key_name=a key_file={bad}",
                     f"dns_provider exec {places.ACMECTL} credentials_file={bad}",
                     f"dns_provider google service_account_file={json}",
                     "proxy http://u:planted-4715@bad host:1", "dns_provider cloudflare api_token=planted-4715"):
            with self.subTest(word):
                server = self.server(self.issuer(*word.split("\n")), host)
                output = server.check()[1]
                self.assertNotIn("planted-4715", output.replace(server.folder, ""))
        status_code, output = self.server(self.line(f"acme_notify webhook https://a.example/planted-4715 secret=planted-4715"),
                                          self.issuer(), host).check()
        self.assertNotEqual(0, status_code)
        self.assertNotIn("planted-4715", output)


if __name__ == "__main__":
    import unittest
    unittest.main()
