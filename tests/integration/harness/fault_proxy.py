"""FaultProxy: a TLS proxy before a test CA that passes everything on, but for the faults it is told.

    proxy = FaultProxy(space, ca)          # a CA to the server under test: has uri, trusted, root_path
    proxy.on("/order-plz", status(500))    # the first request for it; nth=None: every one
    gate = proxy.hold("/certZ/")           # stops the first one until gate.release()

The Host header is passed on as it came, so that the URLs the CA hands out lead back to the proxy. A fault
is a function of a Request: it returns an Answer, mostly by way of request.forward(), or a Raw, or raises Reset.
What fails before there is a request: proxy.front and proxy.show(). More faults: faults_*.py.
"""
import collections
import ssl
import threading

from .fault_answers import Answer, Reset
from .fault_server import FaultServer
from .ports import free_port
from .processes import PATIENCE


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

    def wait(self, seconds=30):
        if not self._reached.wait(seconds * PATIENCE):
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
        self.connections = 0
        self.sent = 0  # bytes of Raw that the other side took
        self.front = None  # called with each new socket and the proxy, instead of a TLS handshake
        self.speak = None  # called with the TLS socket and the proxy, instead of HTTP
        self._rules, self._gates, self._lock, self._server = [], [], threading.Lock(), None
        self.show(self.ca.trusted, self.ca.trusted.replace("trusted.pem", "key.pem"))
        workspace.add(self)
        if start:
            self.start()

    def show(self, certificate, key, protocols=(), setting=None):
        """What the next handshakes are made with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        if setting:
            setting(context)
        self.context = context

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
        self.front = self.speak = None
        self.show(self.ca.trusted, self.ca.trusted.replace("trusted.pem", "key.pem"))
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
        self._server = FaultServer(("127.0.0.1", self.port), self)
        threading.Thread(target=self._server.accept_all, daemon=True).start()

    def cut(self):
        """Ends the connections there are."""
        if self._server:
            self._server.cut()

    def stop(self):
        self.clear()
        if self._server:
            self._server.close()
            self._server = None
