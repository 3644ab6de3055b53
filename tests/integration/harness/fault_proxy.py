"""FaultProxy: a TLS proxy before a test CA that passes everything on, but for the faults it is told.

    proxy = FaultProxy(space, ca)          # a CA to the server under test: has uri, trusted, root_path
    proxy.on("/order-plz", status(500))    # the first request for it; nth=None: every one
    gate = proxy.hold("/certZ/")           # stops the first one until gate.release()

The Host header is passed on as it came, so that the URLs the CA hands out lead back to the proxy. A fault
is a function of a Request: it returns an Answer, mostly by way of request.forward(), or raises Reset.
"""
import collections
import contextlib
import http.client
import http.server
import socket
import ssl
import struct
import threading

from .ports import free_port


class Reset(Exception):
    """The connection ends with a TCP reset."""


class Answer:
    def __init__(self, code, body, headers=()):
        self.code, self.body, self.headers = code, body, list(headers)


class Request:
    def __init__(self, method, path, headers, body, ask):
        self.method, self.path, self.headers, self.body, self._ask = method, path, headers, body, ask

    def forward(self):
        return self._ask(self)


def status(code, body=b"out of order\n", kind="text/plain", **headers):
    """The CA's front end fails: the CA itself hears nothing."""
    fields = [("Content-Type", kind)] + [(name.replace("_", "-"), value) for name, value in headers.items()]
    return lambda request: Answer(code, body, fields)


def html(request):
    return Answer(200, b"<!DOCTYPE html><html><body>Welcome to our site</body></html>\n",
                  [("Content-Type", "text/html")])


def truncated(request):
    """The CA did its part, half of its JSON is lost."""
    answer = request.forward()
    answer.body = answer.body[:len(answer.body) // 2]
    return answer


def reset(request):
    """The CA hears nothing."""
    raise Reset


def lost(request):
    """The CA did its part, its answer is lost."""
    request.forward()
    raise Reset


def plain_http(request):
    answer = request.forward()
    answer.body = answer.body.replace(b"https://", b"http://")
    return answer


def chain(make):
    """The CA's certificate is replaced by the PEM that make() returns."""
    def fault(request):
        answer = request.forward()
        answer.body = make()
        return answer
    return fault


class Gate:
    """Holds one request: before the CA heard of it, or (after=True) when its answer is there."""

    def __init__(self, after):
        self._after, self._reached, self._open = after, threading.Event(), threading.Event()
        self._dropped = False

    def __call__(self, request):
        answer = request.forward() if self._after else None
        self._reached.set()
        self._open.wait()
        if self._dropped:
            raise Reset
        return answer or request.forward()

    def wait(self, seconds=20):
        if not self._reached.wait(seconds):
            raise TimeoutError(f"no such request within {seconds} s")

    def release(self):
        self._open.set()

    def drop(self):
        """Its connection ends: who asked is dead."""
        self._dropped = True
        self._open.set()


def _resource(path):
    parts = path.split("/")
    return "/" + parts[1] + ("/" if len(parts) > 2 else "")


class FaultProxy:
    def __init__(self, workspace, ca, port=None, start=True):
        self.ca, self.port = ca, port or free_port()
        self.uri, self.trusted = f"https://127.0.0.1:{self.port}/dir", ca.trusted
        self.seen = []  # (method, path) of every request that came
        self.done = []  # (path, status) of what the CA answered
        self._rules, self._gates, self._lock, self._server = [], [], threading.Lock(), None
        workspace.add(self)
        if start:
            self.start()

    @property
    def root_path(self):
        return self.ca.root_path

    def on(self, prefix, fault, nth=1):
        """`fault` at the nth request from now on whose path begins so and that no earlier fault took; nth=None: at
        every one."""
        with self._lock:
            self._rules.append({"prefix": prefix, "fault": fault, "left": nth})

    def hold(self, prefix, after=False, nth=1):
        gate = Gate(after)
        self._gates.append(gate)
        self.on(prefix, gate, nth)
        return gate

    def clear(self):
        """Everything passes from now on."""
        with self._lock:
            self._rules = []
        for gate in self._gates:
            gate.release()

    def requests(self):
        """As Pebble.requests(): {"/dir": 1, "/order-plz": 1, "/authZ/": 2}."""
        return collections.Counter(_resource(path) for _, path in list(self.seen))

    def accepted(self):
        """What the CA carried out, counted likewise."""
        return collections.Counter(_resource(path) for path, code in list(self.done) if code // 100 == 2)

    def answered(self, resource, code):
        """How often the CA answered so."""
        return sum(_resource(path) == resource and code == seen for path, seen in list(self.done))

    def answer(self, request):
        with self._lock:
            self.seen.append((request.method, request.path))
            fault = self._due(request.path)
        return fault(request) if fault else request.forward()

    def _due(self, path):
        for rule in self._rules:
            if not path.startswith(rule["prefix"]) or rule["left"] == 0:
                continue
            if rule["left"] is not None:
                rule["left"] -= 1
                if rule["left"] > 0:
                    continue
            return rule["fault"]
        return None

    def start(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca.trusted, self.ca.trusted.replace("trusted.pem", "key.pem"))
        self._server = _Server(("127.0.0.1", self.port), context, self)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.clear()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads, block_on_close, request_queue_size = True, False, 128

    def __init__(self, address, context, proxy):
        self.context, self.proxy = context, proxy
        super().__init__(address, _Handler)

    def handle_error(self, request, client_address):
        """Clients may end whenever they like: servers under test are killed."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def setup(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.upstream = None
        super().setup()

    def finish(self):
        with contextlib.suppress(OSError):
            super().finish()
        if self.upstream:
            self.upstream.close()

    def ask(self, request):
        """The CA's own answer."""
        if not self.upstream:
            ca = self.server.proxy.ca
            self.upstream = http.client.HTTPSConnection("127.0.0.1", ca.port, timeout=60,
                                                        context=ssl.create_default_context(cafile=ca.trusted))
        try:
            self.upstream.request(request.method, request.path, request.body, request.headers)
            response = self.upstream.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Reset from error
        self.server.proxy.done.append((request.path, response.status))
        kept = [(name, value) for name, value in response.getheaders()
                if name.lower() not in ("content-length", "transfer-encoding", "connection")]
        return Answer(response.status, body, kept)

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        try:
            answer = self.server.proxy.answer(Request(self.command, self.path, headers, body, self.ask))
        except Reset:
            self.close_connection = True
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.socket(fileno=self.request.detach()).close()
            return
        lines = [f"HTTP/1.1 {answer.code} {http.client.responses.get(answer.code, '')}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        lines += [f"Content-Length: {len(answer.body)}", "", ""]
        self.wfile.write("\r\n".join(lines).encode("latin-1") + (b"" if self.command == "HEAD" else answer.body))

    do_GET = do_HEAD = do_POST = handle_any

    def log_message(self, format, *args):
        """proxy.seen has it."""
