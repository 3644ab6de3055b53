"""Fakes of APIs that know record sets: deSEC, Gandi, Hetzner, PowerDNS."""
from .dns_api import DnsApi, quote, unquote, want


class Desec(DnsApi):
    name = "desec"
    prefix = "/api/v1"
    min_ttl = 3600
    secrets = {"api_token": "desec-i-T3b1h_OI-H9ab8tRS98stGtURe"}

    def answer(self, request):
        want(request.headers["Authorization"] == f"Token {self.secrets['api_token']}", "credentials")
        want(request.path.endswith("/"), "a path ends with a slash")
        pieces = request.below(self.prefix + "/domains")
        if request.method == "GET" and pieces == [""]:
            return 200, [{"name": self.zone, "minimum_ttl": 3600, "keys": []}]
        want(pieces == [self.zone, "rrsets", ""], "path")
        if request.method == "GET":
            want(request.query["type"] == "TXT", "type")
            return 200, [self.written(name) for name in self.sets
                         if request.query.get("subname") in (None, self.relative(name, ""))]
        want(request.method == "PATCH", "method")
        for item in request.json():
            want(set(item) == {"subname", "type", "ttl", "records"} and item["type"] == "TXT", "members")
            self.put(self.absolute(item["subname"]), [unquote(value) for value in item["records"]], item["ttl"])
        return 200, [self.written(name) for name in self.sets]

    def written(self, name):
        return {"domain": self.zone, "subname": self.relative(name, ""), "name": name + ".", "type": "TXT", "ttl": 3600,
                "records": [quote(value) for value in self.sets[name]]}


class Gandi(DnsApi):
    name = "gandi"
    prefix = "/v5/livedns"
    min_ttl = 300
    secrets = {"api_token": "gandi-pat-0a1b2c3d4e"}

    def answer(self, request):
        want(request.headers["Authorization"] == f"Bearer {self.secrets['api_token']}", "credentials")
        pieces = request.below(self.prefix + "/domains")
        if request.method == "GET" and pieces == []:
            return 200, [{"fqdn": self.zone}]
        want(pieces[:2] == [self.zone, "records"] and len(pieces) == 4 and pieces[3] == "TXT", "path")
        name = self.absolute(pieces[2])
        if request.method == "PUT":
            body = request.json()
            want(body["rrset_values"], "an empty set")
            self.put(name, [unquote(value) for value in body["rrset_values"]], body["rrset_ttl"])
            return 201, {"message": "DNS Record Created"}
        if name not in self.sets:
            return 404, {"code": 404, "message": "Can't find the DNS record", "cause": "Not Found"}
        if request.method == "DELETE":
            self.put(name, [])
            return 204, None
        want(request.method == "GET", "method")
        return 200, {"rrset_name": pieces[2], "rrset_type": "TXT", "rrset_ttl": 300,
                     "rrset_values": [quote(value) for value in self.sets[name]]}


class Hetzner(DnsApi):
    """Changes are actions: running at first, done when they are asked about."""
    name = "hetzner"
    prefix = "/v1"
    secrets = {"api_token": "hcloud-jEheVytlAoFl7F8MqUQ7jAo2hOXASztX"}

    def prepare(self):
        self.actions = []

    def answer(self, request):
        want(request.headers["Authorization"] == f"Bearer {self.secrets['api_token']}", "credentials")
        if request.below("/v1/actions"):
            number = int(request.below("/v1/actions")[0])
            self.actions[number]()
            return 200, {"action": {"id": number, "status": "success", "error": None}}
        pieces = request.below("/v1/zones")
        if request.method == "GET" and pieces == []:
            return 200, {"zones": [{"id": 42, "name": self.zone, "mode": "primary"}],
                         "meta": {"pagination": {"page": 1, "next_page": None}}}
        want(pieces[:2] == ["42", "rrsets"] and pieces[3] == "TXT", "path")
        name = self.absolute(pieces[2])
        if request.method == "GET":
            if name not in self.sets:
                return 404, {"error": {"code": "not_found", "message": "no such set"}}
            records = [{"value": quote(value), "comment": ""} for value in self.sets[name]]
            return 200, {"rrset": {"name": pieces[2], "type": "TXT", "ttl": None, "records": records}}
        want(request.method == "POST" and pieces[4] == "actions", "method")
        body = request.json()
        values = [unquote(record["value"]) for record in body["records"]]
        want(("ttl" in body) == (pieces[5] == "add_records" and name not in self.sets), "TTL")
        self.actions.append(lambda: self.change(pieces[5], name, values, body.get("ttl")))
        return 201, {"action": {"id": len(self.actions) - 1, "status": "running", "error": None}}

    def change(self, what, name, values, ttl):
        there = self.sets.get(name, [])
        if what == "add_records":
            self.put(name, there + values, ttl)
        else:
            want(what == "remove_records" and set(values) <= set(there), "what is not there")
            self.put(name, [value for value in there if value not in values])


class PowerDns(DnsApi):
    name = "powerdns"
    secrets = {"api_key": "pdns-change-me-77"}

    def prepare(self):
        self.notified = 0

    def answer(self, request):
        want(request.headers["X-API-Key"] == self.secrets["api_key"], "credentials")
        pieces = request.below("/api/v1/servers/localhost/zones")
        if request.method == "GET" and pieces == []:
            return 200, [{"id": self.zone + ".", "name": self.zone + ".", "kind": "Master"}]
        want(pieces[0] == self.zone + ".", "zone")
        if request.method == "PUT":
            want(pieces[1:] == ["notify"], "path")
            self.notified += 1
            return 200, {"result": "Notification queued"}
        want(len(pieces) == 1, "path")
        if request.method == "GET":
            want(request.query["rrset_type"] == "TXT", "type")
            sets = [self.written(name) for name in self.sets if name + "." == request.query["rrset_name"]]
            return 200, {"id": self.zone + ".", "kind": "Master", "rrsets": sets}
        want(request.method == "PATCH", "method")
        for item in request.json()["rrsets"]:
            want(item["type"] == "TXT" and item["name"].endswith("."), "name or type")
            want(item["changetype"] in ("REPLACE", "DELETE"), "changetype")
            values = [unquote(record["content"]) for record in item.get("records", [])]
            want(bool(values) == (item["changetype"] == "REPLACE"), "records")
            self.put(item["name"][:-1], values, item.get("ttl"))
        return 204, None

    def written(self, name):
        return {"name": name + ".", "type": "TXT", "ttl": 60, "comments": [],
                "records": [{"content": quote(value), "disabled": False} for value in self.sets[name]]}
