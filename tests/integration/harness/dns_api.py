"""DnsApi: a fake of a DNS provider's HTTP API. It is strict: what its documentation would refuse is refused, and kept in
`wrong`. Values that it accepts are what the test's DNS answers."""
import http.server
import json
import os
import threading
import urllib.parse

from .ports import free_port

FOREIGN = "of somebody else, with a \"quote\""


class Wrong(Exception):
    """A request that no client may send."""


def want(condition, what):
    if not condition:
        raise Wrong(what)


def quote(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquote(written):
    want(len(written) > 1 and written[0] == written[-1] == '"', f"a TXT value needs quotes: {written}")
    return written[1:-1].replace('\\"', '"').replace("\\\\", "\\")


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        self.path, _, self.raw_query = target.partition("?")
        self.query = dict(urllib.parse.parse_qsl(self.raw_query, keep_blank_values=True, strict_parsing=bool(self.raw_query)))
        if body or method in ("POST", "PUT", "PATCH"):
            want(headers.get("Content-Type"), "a body needs its type")

    def json(self):
        want(self.headers["Content-Type"] == "application/json", f"JSON sent as {self.headers['Content-Type']}")
        return json.loads(self.body)

    def below(self, prefix):
        """The decoded pieces of the path below `prefix`; None when it is elsewhere."""
        if self.path != prefix and not self.path.startswith(prefix + "/"):
            return None
        return [urllib.parse.unquote(piece) for piece in self.path[len(prefix):].split("/")[1:]]


class DnsApi:
    name = ""
    zone = "api.example"
    secrets = {}  # setting: value
    settings = ""  # more of the dns_provider line
    min_ttl = 60
    prefix = ""  # of the address, in api_url

    def __init__(self, space, dns):
        self.space, self._dns, self._lock = space, dns, threading.Lock()
        self.wrong, self.requests = [], []
        self.challenge = f"_acme-challenge.{self.zone}"
        self.sets = {self.challenge: [FOREIGN]}
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.prepare()
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def any_method(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, kind, answer = api.take(self.command, self.path, self.headers, body)
                self.send_response(status)
                if answer:
                    self.send_header("Content-Type", kind)
                if status != 204:
                    self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = any_method

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        space.add(self)

    def prepare(self):
        """For those that need files."""

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def line(self):
        """The dns_provider line; each secret is in a file that only its owner may read."""
        words = [f"dns_provider {self.name} api_url={self.address}{self.prefix}", self.settings.format(self=self)]
        for name, value in self.secrets.items():
            path = self.space.file(f"{self.name}.{name}", value + "\n", mode=0o600)
            words.append(f"{name}_file={os.path.abspath(path)}")
        return " ".join(filter(None, words))

    def planted(self):
        """What may be in no log and in no file of the state directory."""
        return list(self.secrets.values())

    def take(self, method, target, headers, body):
        with self._lock:
            self.requests.append(f"{method} {target}")
            try:
                status, answer = self.answer(Request(method, target, headers, body))
            except Exception as error:  # a test's own mistake must be seen as well
                self.wrong.append(f"{method} {target} {body!r}: {error!r}")
                status, answer = 400, {"message": str(error)}
        if isinstance(answer, str):
            return status, "text/xml", answer.encode()
        return status, "application/json", b"" if answer is None else json.dumps(answer).encode()

    def answer(self, request):
        """(status, what becomes JSON; text is XML; None is nothing)"""
        raise NotImplementedError

    def put(self, name, values, ttl=None):
        """A set has these values now. They are answered by the DNS at once."""
        want(name == self.zone or name.endswith("." + self.zone), f"{name} is not in the zone")
        want(ttl is None or ttl >= self.min_ttl, f"TTL {ttl}")
        want(len(set(values)) == len(values), f"a value twice: {values}")
        self.sets[name] = list(values)
        if not values:
            del self.sets[name]
        self._dns.call("clear-txt", host=name + ".")
        for value in values:
            self._dns.call("set-txt", host=name + ".", value=value)

    def absolute(self, relative):
        """"@" and "" stand for the zone."""
        return self.zone if relative in ("", "@") else f"{relative}.{self.zone}"

    def relative(self, name, apex="@"):
        return apex if name == self.zone else name.removesuffix("." + self.zone)


class RecordIds:
    """Ids for APIs that know records; an id is never used again."""

    def __init__(self):
        self._ids, self._next = {}, 100

    def of(self, name, value):
        if (name, value) not in self._ids:
            self._next += 1
            self._ids[name, value] = self._next
        return self._ids[name, value]

    def find(self, number):
        for key, known in self._ids.items():
            if str(known) == str(number):
                return key
        return None

    def forget(self, key):
        del self._ids[key]
