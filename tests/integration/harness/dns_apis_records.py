"""Fakes of APIs that know records: Cloudflare, DigitalOcean, OVH."""
import hashlib
import time

from .dns_api import DnsApi, RecordIds, quote, unquote, want


class RecordApi(DnsApi):
    def prepare(self):
        self.ids = RecordIds()

    def records(self, name=None):
        """[(id, name, value)]"""
        return [(self.ids.of(owner, value), owner, value) for owner, values in self.sets.items()
                if name in (None, owner) for value in values]

    def add(self, name, value, ttl):
        self.put(name, self.sets.get(name, []) + [value], ttl)

    def remove(self, number):
        """False: there is none."""
        found = self.ids.find(number)
        if found is None or found[1] not in self.sets.get(found[0], []):
            return False
        self.put(found[0], [value for value in self.sets[found[0]] if value != found[1]])
        self.ids.forget(found)
        return True


class Cloudflare(RecordApi):
    name = "cloudflare"
    prefix = "/client/v4"
    secrets = {"api_token": "cf-Sn3lZJTBX6kkg7OdcBUAxOO963GEIyGQqnFTOFYY"}

    @staticmethod
    def result(result):
        info = {"page": 1, "per_page": 50, "total_pages": 1, "count": len(result), "total_count": len(result)}
        return 200, {"success": True, "errors": [], "messages": [], "result": result, "result_info": info}

    def answer(self, request):
        want(request.headers["Authorization"] == f"Bearer {self.secrets['api_token']}", "credentials")
        pieces = request.below(self.prefix + "/zones")
        if request.method == "GET" and pieces == []:
            return self.result([{"id": "z-1", "name": self.zone, "status": "active"}])
        want(pieces and pieces[:2] == ["z-1", "dns_records"], "path")
        if request.method == "GET" and len(pieces) == 2:
            want(request.query["type"] == "TXT", "type")
            return self.result([{"id": f"r-{number}", "type": "TXT", "name": name, "content": quote(value), "ttl": 60}
                                for number, name, value in self.records(request.query.get("name"))])
        want(request.method == "POST" and pieces[2:] == ["batch"], "method")
        batch = request.json()
        want(set(batch) <= {"deletes", "posts"} and 0 < sum(map(len, batch.values())) <= 200, "batch")
        for item in batch["deletes"]:
            want(self.remove(item["id"].removeprefix("r-")), "no such record")
        for item in batch["posts"]:
            want(item["type"] == "TXT", "type")
            self.add(item["name"], unquote(item["content"]), item["ttl"])
        return 200, {"success": True, "errors": [], "result": {}}


class DigitalOcean(RecordApi):
    name = "digitalocean"
    prefix = "/v2"
    min_ttl = 30
    secrets = {"api_token": "dop_v1_0123456789abcdef"}

    def answer(self, request):
        want(request.headers["Authorization"] == f"Bearer {self.secrets['api_token']}", "credentials")
        pieces = request.below(self.prefix + "/domains")
        if request.method == "GET" and pieces == []:
            return 200, {"domains": [{"name": self.zone, "ttl": 1800}], "links": {}, "meta": {"total": 1}}
        want(pieces and pieces[:2] == [self.zone, "records"], "path")
        if request.method == "GET" and len(pieces) == 2:
            want(request.query["type"] == "TXT", "type")
            found = [{"id": number, "type": "TXT", "name": self.relative(name), "data": value}
                     for number, name, value in self.records(request.query["name"])]
            return 200, {"domain_records": found, "links": {}, "meta": {"total": len(found)}}
        if request.method == "DELETE" and len(pieces) == 3:
            return (204, None) if self.remove(pieces[2]) else (404, {"id": "not_found", "message": "gone"})
        want(request.method == "POST" and len(pieces) == 2, "method")
        body = request.json()
        want(body["type"] == "TXT", "type")
        self.add(self.absolute(body["name"]), body["data"], body["ttl"])
        return 201, {"domain_record": {"id": 1}}


class Ovh(RecordApi):
    """What was changed is served after a refresh of the zone. Its clock is a day ahead."""
    name = "ovh"
    prefix = "/1.0"
    settings = "application_key=app-7Kq"
    secrets = {"application_secret": "ovh-secret-9f8e7d", "consumer_key": "ovh-consumer-1a2b3c"}
    ahead = 86400

    def prepare(self):
        super().prepare()
        self.waiting = []

    def check_signature(self, request):
        stamp = request.headers["X-Ovh-Timestamp"]
        want(abs(int(stamp) - time.time() - self.ahead) < 30, "time")
        want(request.headers["X-Ovh-Application"] == "app-7Kq", "application")
        want(request.headers["X-Ovh-Consumer"] == self.secrets["consumer_key"], "consumer")
        text = "+".join([self.secrets["application_secret"], self.secrets["consumer_key"], request.method,
                         self.address + request.target, request.body.decode(), stamp])
        want(request.headers["X-Ovh-Signature"] == "$1$" + hashlib.sha1(text.encode()).hexdigest(), "signature")

    def answer(self, request):
        if request.method == "GET" and request.path == "/1.0/auth/time":
            return 200, int(time.time()) + self.ahead
        self.check_signature(request)
        pieces = request.below("/1.0/domain/zone")
        if request.method == "GET" and pieces == []:
            return 200, [self.zone]
        want(pieces and pieces[0] == self.zone, "zone")
        if request.method == "POST" and pieces[1:] == ["refresh"]:
            for change in self.waiting:
                change()
            self.waiting = []
            return 200, None
        want(pieces[1] == "record", "path")
        return self.answer_record(request, pieces[2:])

    def answer_record(self, request, pieces):
        if request.method == "GET" and not pieces:
            want(request.query["fieldType"] == "TXT", "type")
            return 200, [number for number, _, _ in self.records(self.absolute(request.query["subDomain"]))]
        if request.method == "GET":
            name, value = self.ids.find(pieces[0])
            return 200, {"id": int(pieces[0]), "fieldType": "TXT", "subDomain": self.relative(name, ""),
                         "target": quote(value), "ttl": 60, "zone": self.zone}
        if request.method == "DELETE":
            self.waiting.append(lambda: self.remove(pieces[0]))
            return 200, None
        want(request.method == "POST" and not pieces, "method")
        body = request.json()
        want(body["fieldType"] == "TXT", "type")
        self.waiting.append(lambda: self.add(self.absolute(body["subDomain"]), body["target"], body["ttl"]))
        return 200, {"id": 1}
