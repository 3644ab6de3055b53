"""Fakes of the clouds' APIs, whose requests are signed or carry a token that must be fetched: Route 53, Google, Azure."""
import base64
import hashlib
import hmac
import json
import os
import subprocess
import time
import urllib.parse
import xml.etree.ElementTree as xml
from xml.sax.saxutils import escape

from .dns_api import DnsApi, quote, unquote, want

NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/"


class Route53(DnsApi):
    name = "route53"
    min_ttl = 0
    settings = "access_key_id=AKIDEXAMPLE"
    secrets = {"secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}

    def check_signature(self, request):
        scheme, _, rest = request.headers["Authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        date = request.headers["X-Amz-Date"]
        want(abs(time.mktime(time.strptime(date, "%Y%m%dT%H%M%SZ")) - time.timezone - time.time()) < 300, "date")
        scope = f"{date[:8]}/us-east-1/route53/aws4_request"
        want(scheme == "AWS4-HMAC-SHA256" and parts["Credential"] == f"AKIDEXAMPLE/{scope}", "credential")
        names = parts["SignedHeaders"].split(";")
        want(names == sorted(names) and {"host", "x-amz-date"} <= set(names), "signed headers")
        query = "&".join(sorted(request.raw_query.split("&"))) if request.raw_query else ""
        canonical = "\n".join([request.method, request.path, query, *(f"{n}:{request.headers[n].strip()}" for n in names),
                               "", ";".join(names), hashlib.sha256(request.body).hexdigest()])
        text = "\n".join([scheme, date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = ("AWS4" + self.secrets["secret_access_key"]).encode()
        for part in scope.split("/") + [text]:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        want(parts["Signature"] == key.hex(), "signature")

    def answer(self, request):
        self.check_signature(request)
        pieces = request.below("/2013-04-01/hostedzone")
        if request.method == "GET" and pieces == []:
            return 200, (f'<?xml version="1.0"?><ListHostedZonesResponse xmlns="{NAMESPACE}"><HostedZones><HostedZone>'
                         f"<Id>/hostedzone/Z1</Id><Name>{self.zone}.</Name><Config><PrivateZone>false</PrivateZone></Config>"
                         "</HostedZone></HostedZones><IsTruncated>false</IsTruncated></ListHostedZonesResponse>")
        want(pieces[:2] == ["Z1", "rrset"], "path")
        if request.method == "GET":
            want(request.query["type"] == "TXT" and request.query["name"].endswith("."), "query")
            names = [name for name in self.sets if name + "." >= request.query["name"]][:int(request.query["maxitems"])]
            return 200, ("<ListResourceRecordSetsResponse><ResourceRecordSets>" + "".join(map(self.written, names))
                         + "</ResourceRecordSets><IsTruncated>false</IsTruncated></ListResourceRecordSetsResponse>")
        want(request.method == "POST" and request.headers["Content-Type"] == "application/xml", "method or type")
        space = {"a": NAMESPACE}
        for change in xml.fromstring(request.body).findall("a:ChangeBatch/a:Changes/a:Change", space):
            found = change.find("a:ResourceRecordSet", space)
            want(found.find("a:Type", space).text == "TXT", "type")
            name = found.find("a:Name", space).text.removesuffix(".")
            values = [unquote(value.text) for value in found.findall("a:ResourceRecords/a:ResourceRecord/a:Value", space)]
            if change.find("a:Action", space).text == "DELETE":
                want(self.sets.get(name) == values, "deleted in another form than it has")
                self.put(name, [])
            else:
                want(change.find("a:Action", space).text == "CREATE" and name not in self.sets and values, "created twice")
                self.put(name, values, int(found.find("a:TTL", space).text))
        return 200, "<ChangeResourceRecordSetsResponse/>"

    def written(self, name):
        values = "".join(f"<ResourceRecord><Value>{escape(quote(value))}</Value></ResourceRecord>" for value in self.sets[name])
        return (f"<ResourceRecordSet><Name>{name}.</Name><Type>TXT</Type><TTL>300</TTL><ResourceRecords>{values}"
                "</ResourceRecords></ResourceRecordSet>")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Google(DnsApi):
    name = "google"
    prefix = "/dns/v1"
    token = "ya29.a0AfH6SMBx-token"

    def prepare(self):
        folder = self.space.folder("google")
        key, self.public = os.path.join(folder, "key.pem"), os.path.join(folder, "public.pem")
        self.signature = os.path.join(folder, "signature")
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-out", self.public], check=True, capture_output=True)
        with open(key, encoding="ascii") as file:
            pem = file.read()
        self.secrets = {"service_account": json.dumps({
            "type": "service_account", "project_id": "shop-4711", "private_key_id": "k1", "private_key": pem,
            "client_email": "acme@shop-4711.iam.gserviceaccount.com", "token_uri": self.address + "/token"})}

    def planted(self):
        return [self.token, *json.loads(self.secrets["service_account"])["private_key"].splitlines()[1:-1]]

    def grant(self, request):
        want(request.headers["Content-Type"] == "application/x-www-form-urlencoded", "type")
        form = dict(urllib.parse.parse_qsl(request.body.decode(), strict_parsing=True))
        want(form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer", "grant")
        header, claims, signature = form["assertion"].split(".")
        want(json.loads(decoded(header)) == {"alg": "RS256", "typ": "JWT", "kid": "k1"}, "header")
        said = json.loads(decoded(claims))
        want(said["aud"] == self.address + "/token" and said["iss"].startswith("acme@shop-4711."), "claims")
        want(abs(said["iat"] - time.time()) < 30 and 0 < said["exp"] - said["iat"] <= 3600, "times")
        with open(self.signature, "wb") as file:
            file.write(decoded(signature))
        subprocess.run(["openssl", "dgst", "-sha256", "-verify", self.public, "-signature", self.signature],
                       input=f"{header}.{claims}".encode(), check=True, capture_output=True)
        return 200, {"access_token": self.token, "expires_in": 3599, "token_type": "Bearer"}

    def answer(self, request):
        if request.method == "POST" and request.path == "/token":
            return self.grant(request)
        want(request.headers["Authorization"] == f"Bearer {self.token}", "credentials")
        pieces = request.below("/dns/v1/projects/shop-4711/managedZones")
        if request.method == "GET" and pieces == []:
            return 200, {"kind": "dns#managedZonesListResponse",
                         "managedZones": [{"name": "zone-1", "dnsName": self.zone + ".", "visibility": "public"}]}
        want(pieces[0] == "zone-1", "zone")
        if request.method == "GET":
            want(pieces[1:] == ["rrsets"] and request.query["type"] == "TXT", "query")
            found = [self.written(name) for name in self.sets if name + "." == request.query["name"]]
            return 200, {"kind": "dns#resourceRecordSetsListResponse", "rrsets": found}
        want(request.method == "POST" and pieces[1:] == ["changes"], "method")
        change = request.json()
        for item in change["deletions"]:
            want(item == self.written(item["name"][:-1]), "deleted in another form than it has")
            self.put(item["name"][:-1], [])
        for item in change["additions"]:
            want(item["name"][:-1] not in self.sets and item["type"] == "TXT", "added twice")
            self.put(item["name"][:-1], [unquote(value) for value in item["rrdatas"]], item["ttl"])
        return 200, {"kind": "dns#change", "id": "1", "status": "pending"}

    def written(self, name):
        return {"name": name + ".", "type": "TXT", "ttl": 300, "rrdatas": [quote(value) for value in self.sets[name]]}


class Azure(DnsApi):
    name = "azure"
    min_ttl = 1
    token = "eyJ0eXAi.azure-token"
    settings = ("tenant_id=t-1 client_id=c-1 subscription_id=s-1 resource_group=rg-1 login_url={self.address}/login")
    secrets = {"client_secret": "az~Secret+/9f8e7d6c5b"}
    resource = "/subscriptions/s-1/resourceGroups/rg-1/providers/Microsoft.Network/dnsZones"

    def prepare(self):
        self.version = 1

    def planted(self):
        return [self.token, *super().planted()]

    def answer(self, request):
        if request.method == "POST" and request.path == "/login/t-1/oauth2/v2.0/token":
            want(request.headers["Content-Type"] == "application/x-www-form-urlencoded", "type")
            want(dict(urllib.parse.parse_qsl(request.body.decode(), strict_parsing=True)) == {
                "client_id": "c-1", "client_secret": self.secrets["client_secret"], "grant_type": "client_credentials",
                "scope": self.address + "/.default"}, "form")
            return 200, {"access_token": self.token, "expires_in": 3599, "token_type": "Bearer"}
        want(request.headers["Authorization"] == f"Bearer {self.token}", "credentials")
        want(request.query["api-version"] == "2018-05-01", "version")
        pieces = request.below(self.resource)
        if request.method == "GET" and pieces == []:
            return 200, {"value": [{"id": f"{self.resource}/{self.zone}", "name": self.zone}]}
        want(pieces[:2] == [self.zone, "TXT"] and len(pieces) == 3, "path")
        return self.answer_set(request, self.absolute(pieces[2]))

    def answer_set(self, request, name):
        if request.method == "GET":
            return (200, self.written(name)) if name in self.sets else (404, {"code": "NotFound", "message": "none"})
        tag = f"e-{self.version}"
        there = name in self.sets
        want(request.headers["If-Match"] == tag if there else request.headers["If-None-Match"] == "*", "precondition")
        self.version += 1
        if request.method == "DELETE":
            self.put(name, [])
            return 200, None
        want(request.method == ("PATCH" if there else "PUT"), "method")
        properties = request.json()["properties"]
        self.put(name, ["".join(record["value"]) for record in properties["TXTRecords"]], properties["TTL"])
        return 200, self.written(name)

    def written(self, name):
        return {"etag": f"e-{self.version}",
                "properties": {"TTL": 300, "TXTRecords": [{"value": [value]} for value in self.sets[name]]}}
