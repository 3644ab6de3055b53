"""dns-01 through each DNS provider with an HTTP API: a wildcard certificate, and nothing left behind."""
import os

from harness.both import Site, on_both_servers
from harness.dns_api import FOREIGN
from harness.dns_apis_clouds import Azure, Google, Route53
from harness.dns_apis_records import Cloudflare, DigitalOcean, Ovh
from harness.dns_apis_sets import Desec, Gandi, Hetzner, PowerDns
from harness.processes import wait_until


class Busy(DigitalOcean):
    """Has no time for the first record."""
    def take(self, method, target, headers, body):
        self.refused = getattr(self, "refused", False)
        if method == "POST" and not self.refused:
            self.refused = True
            return 429, "text/plain", b"slow down"
        return super().take(method, target, headers, body)


class UnderRepair(PowerDns):
    def take(self, method, target, headers, body):
        return 200, "text/html", b"<html><h1>We are moving</h1></html>"


@on_both_servers
class Wildcard(Site):
    def words(self, api, challenge="dns-01"):
        return [f"challenge {challenge}", f"resolver 127.0.0.1:{self.ca.dns.dns_port}",
                f"{api.line()} check=resolvers"]

    def obtain(self, make_api, done=lambda api: True):
        api = make_api(self.space, self.ca.dns)
        server = self.managed([[api.zone, f"*.{api.zone}"]], words=self.words(api), level="debug").start()
        try:
            certificate = server.wait_for_certificate(api.zone, self.ca)
            wait_until(lambda: api.sets == {api.challenge: [FOREIGN]} and done(api), 15,
                       f"{api.name} holds what it held before")
        finally:
            self.assertEqual([], api.wrong)
        server.stop()
        self.assertEqual([f"*.{api.zone}", api.zone], certificate.names)
        self.check_secrets(server, api)
        return api

    def test_azure(self):
        self.obtain(Azure)

    def test_cloudflare(self):
        api = self.obtain(Cloudflare)
        self.assertEqual(2, sum(request.endswith("/batch") for request in api.requests), api.requests)

    def test_desec(self):
        api = self.obtain(Desec)
        self.assertEqual(2, sum(request.startswith("PATCH ") for request in api.requests), api.requests)

    def test_digitalocean(self):
        self.obtain(DigitalOcean)

    def test_gandi(self):
        self.obtain(Gandi)

    def test_google(self):
        api = self.obtain(Google)
        self.assertEqual(1, api.requests.count("POST /token"), api.requests)

    def test_hetzner(self):
        self.obtain(Hetzner)

    def test_ovh(self):
        self.obtain(Ovh)

    def test_powerdns(self):
        self.obtain(PowerDns, done=lambda api: api.notified == 2)

    def test_route53(self):
        api = self.obtain(Route53)
        self.assertEqual(2, sum(request.startswith("POST ") for request in api.requests), api.requests)

    def test_an_api_that_is_busy_is_asked_again(self):
        self.assertTrue(self.obtain(Busy).refused)

    def test_a_page_for_people_is_no_answer_and_the_next_challenge_is_used(self):
        api = UnderRepair(self.space, self.ca.dns)
        server = self.managed([[api.zone]], words=self.words(api, "dns-01 http-01")).start()
        server.wait_for_certificate(api.zone, self.ca)
        server.wait_for_log("dns-01 could not be prepared .*answered 200 with text/html.*, trying http-01 now")

    def check_secrets(self, server, api):
        for folder, _, names in os.walk(server.folder):
            for path in (os.path.join(folder, name) for name in names):
                if not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    text = file.read()
                for secret in api.planted():
                    self.assertNotIn(secret.encode(), text, path)
