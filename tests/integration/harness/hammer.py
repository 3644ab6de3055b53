"""A steady load on one server while something happens to it: requests and full handshakes, at a fixed pace that leaves
the machine to what happens (load.py asks as fast as it can).

    hammer = Hammer(space, plain_port, tls_port, names)
    ...
    report = hammer.stop()     # Report(requests, handshakes, failures, seen)

In a process of its own: a test's proxies must not slow it down. Each handshake is a new one, for the next of the
names, and is followed by a request; `seen` has the certificates of each name in the order in which they came.
"""
import contextlib
import dataclasses
import hashlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time

PAUSE = 0.02
TIMEOUT = 30


@dataclasses.dataclass(frozen=True)
class Sight:
    """From the handshake between these two moments (time.monotonic()) on this certificate was served."""
    begun: float
    ended: float
    kind: str  # "placeholder", "pebble", "other"
    fingerprint: str  # SHA-256


@dataclasses.dataclass(frozen=True)
class Report:
    requests: int
    handshakes: int
    failures: list
    seen: dict


class Hammer:
    def __init__(self, space, plain_port, tls_port, names):
        command = [sys.executable, os.path.abspath(__file__), str(plain_port), str(tls_port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._process.stdin.write(json.dumps(names).encode() + b"\n")
        self._process.stdin.flush()
        self._report = None
        space.add(self)

    def stop(self):
        if not self._report:
            output, _ = self._process.communicate(timeout=60)
            told = json.loads(output)
            told["seen"] = {name: [Sight(*sight) for sight in sights] for name, sights in told["seen"].items()}
            self._report = Report(**told)
        return self._report


def kind_of(der):
    for kind, mark in (("placeholder", b"acme placeholder"), ("pebble", b"Pebble Intermediate CA")):
        if mark in der:
            return kind
    return "other"


class _Load:
    def __init__(self, plain_port, tls_port, names):
        self.plain_port, self.tls_port, self.names = plain_port, tls_port, names
        self.requests = self.handshakes = 0
        self.failures, self.seen, self.over = [], {name: [] for name in names}, threading.Event()

    def failed(self, what, error):
        self.failures.append(f"{time.monotonic():.2f} {what}: {error!r}")

    def ask(self):
        """Kept connections, as browsers have them; now and then a new one. A server may end a kept one at any time: what
        was asked in that moment is asked again on another, as browsers do."""
        connection, age = None, 50
        while not self.over.wait(PAUSE):
            try:
                if age == 50:
                    connection, age = http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=TIMEOUT), 0
                age += 1
                connection.request("GET", "/hello.txt", headers={"Host": "visitor.example"})
                answer = connection.getresponse()
                body = answer.read()
                self.requests += 1
                if answer.status != 200 or body != b"hello":
                    self.failed("request", (answer.status, body[:100]))
            except (OSError, http.client.HTTPException) as error:
                if age == 1 or not isinstance(error, ConnectionError):
                    self.failed("request", error)
                age = 50

    def shake_hands(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        last = {}
        while True:
            for name in self.names:
                if self.over.wait(PAUSE):
                    return
                begun = time.monotonic()
                try:
                    der = self.shake_hand(context, name)
                except OSError as error:
                    self.failed(f"handshake for {name}", error)
                    continue
                fingerprint = hashlib.sha256(der).hexdigest()
                if last.get(name) != fingerprint:
                    last[name] = fingerprint
                    self.seen[name].append((begun, time.monotonic(), kind_of(der), fingerprint))

    def shake_hand(self, context, name):
        with socket.create_connection(("127.0.0.1", self.tls_port), timeout=TIMEOUT) as plain:
            with context.wrap_socket(plain, server_hostname=name) as tls:
                self.handshakes += 1
                tls.sendall(f"GET /hello.txt HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
                answer = b""
                with contextlib.suppress(ssl.SSLEOFError):  # httpd closes without a word when asked to
                    while piece := tls.recv(4096):
                        answer += piece
                if not answer.startswith(b"HTTP/1.1 200 ") or not answer.endswith(b"hello"):
                    self.failed(f"request to {name}", answer[:200])
                return tls.getpeercert(binary_form=True)


def main():
    load = _Load(int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.stdin.readline()))
    threads = [threading.Thread(target=work) for work in (load.ask, load.shake_hands)]
    for thread in threads:
        thread.start()
    sys.stdin.read()  # until its end
    load.over.set()
    for thread in threads:
        thread.join()
    json.dump({"requests": load.requests, "handshakes": load.handshakes, "failures": load.failures,
               "seen": load.seen}, sys.stdout)


if __name__ == "__main__":
    main()
