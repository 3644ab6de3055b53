"""The status page: where it is switched on, how it is asked for, what its formats are checked with."""
import dataclasses
import http.client
import json
import os
import socket
import ssl
import subprocess

from . import places

HTML, JSON, METRICS = "text/html", "application/json", "text/plain"


def location(kind, path="/acme", access="", modifier="", more=""):
    """`modifier`: nginx's "=", "~", ...; "Match" for Apache's <LocationMatch>."""
    if kind == "nginx":
        return f"    location {modifier} {path} {{ acme_status {access}; {more} }}\n"
    word = f"AcmeStatus {access}\n" if access else ""
    return f"    <Location{modifier} \"{path}\">\n    SetHandler acme-status\n    {word}{more}</Location{modifier}>\n"


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def kind(self):
        return (self.headers.get("Content-Type") or "").partition(";")[0]


def ask(port, path="/acme", method="GET", host="plain.invalid", address="127.0.0.1", tls=False, body=None, **headers):
    """Header names with "_" for "-": ask(port, accept="text/html", x_forwarded_for="192.0.2.1")."""
    if tls:
        connection = http.client.HTTPSConnection(address, port, timeout=20, context=ssl._create_unverified_context())
    else:
        connection = http.client.HTTPConnection(address, port, timeout=20)
    try:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers={"Host": host, **fields})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def ask_raw(port, request):
    """The status of whatever bytes a client may send; None when the connection is only closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
        plain.sendall(request)
        first = plain.makefile("rb").readline().split()
    return int(first[1]) if len(first) > 1 else None


def _run(command, text):
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    return done.returncode, done.stdout.decode(errors="replace")


def complaints_of_tidy(html):
    """Errors and warnings, "" when there are none."""
    # Tidy of Debian 12 knows HTML as of 2017: what it calls proprietary or unknown is newer than that.
    code, output = _run(["tidy", "-quiet", "-errors", "-utf8", "--show-warnings", "yes", "--drop-empty-elements", "no"],
                        html)
    return output if code else ""


def complaints_of_promtool(metrics):
    code, output = _run([places.program("/usr/bin/promtool"), "check", "metrics"], metrics)
    return f"{code}: {output}" if code or output else ""


def validate(document):
    """Against the schema that operators are given; raises jsonschema.ValidationError."""
    import jsonschema
    with open(os.path.join(places.REPOSITORY, "conf-examples/monitoring/status.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.validators.validator_for(schema).check_schema(schema)
    jsonschema.validate(document, schema)
