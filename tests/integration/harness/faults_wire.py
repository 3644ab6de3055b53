"""Faults of a connection: what a network, a load balancer or a hostile server does to bytes; for FaultProxy.

A fault of proxy.on() is a function of a Request; one of proxy.front takes the bare socket and the proxy, one of
proxy.speak the TLS socket.
"""
import contextlib
import gzip
import itertools
import socket
import time

from .fault_answers import Answer, Raw, Reset

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
ALERT = bytes.fromhex("15030300020228")  # fatal: handshake_failure


def raw(*pieces, end="close"):
    """The CA hears nothing, the answer is this."""
    return lambda request: Raw(pieces, end)


def endless(head, piece=b"a" * 65536):
    """For as long as it is read."""
    return lambda request: Raw(itertools.chain([head], itertools.repeat(piece)))


def _wire(answer):
    return answer.head(f"Content-Length: {len(answer.body)}") + answer.body


def part(share, end):
    """The CA did its part; so much of its answer comes: -0.5 is half of the headers, 0.5 half of the body."""
    def fault(request):
        answer = request.forward()
        body, whole = len(answer.body), _wire(answer)
        head = len(whole) - body
        size = int(head * -share) if share < 0 else head + int(body * share)
        return Raw([whole[:size]], end)
    return fault


def dripping(pause):
    """One byte at a time."""
    def pieces(whole):
        for index in range(len(whole)):
            yield whole[index:index + 1]
            time.sleep(pause)
    return lambda request: Raw(pieces(_wire(request.forward())))


def longer(request):
    """More is promised than comes."""
    answer = request.forward()
    return Raw([answer.head(f"Content-Length: {len(answer.body) + 100}") + answer.body])


def chunked(ending):
    """In chunks, after which comes no last one but this."""
    def fault(request):
        answer = request.forward()
        size = f"{len(answer.body):x}".encode()
        return Raw([answer.head("Transfer-Encoding: chunked"), size, b"\r\n", answer.body, b"\r\n", ending])
    return fault


def many_headers(number):
    def fault(request):
        answer = request.forward()
        answer.headers += [(f"X-Header-{i}", "x") for i in range(number)]
        return answer
    return fault


def long_header(size):
    def fault(request):
        answer = request.forward()
        answer.headers.append(("X-Header", "x" * size))
        return answer
    return fault


def bomb(request):
    """100 MB that travel as 100 KB; nobody asked for them to be packed."""
    packed = gzip.compress(b" " * 100_000_000, 1)
    return Answer(200, packed, [("Content-Type", "application/json"), ("Content-Encoding", "gzip")])


# Before there is a request.

def reset_at_once(connection, proxy):
    raise Reset


def closed_after_hello(connection, proxy):
    connection.recv(4096)


def says(text, wait=True):
    """Instead of a ServerHello."""
    def front(connection, proxy):
        connection.recv(4096)
        connection.sendall(text)
    return front


def never_shakes_hands(connection, proxy):
    with contextlib.suppress(OSError):
        while connection.recv(4096):
            pass


def endless_hello(connection, proxy):
    """Handshake records without end, a legal header before each."""
    record = bytes.fromhex("160303400002ffffff") + b"\0" * 16380
    with contextlib.suppress(OSError):
        connection.recv(4096)
        while True:
            connection.sendall(record)
            proxy.sent += len(record)


class DeafPort:
    """Listens where the proxy will: what connects is never accepted, the queue is full."""

    def __init__(self, port):
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", port))
        self._listener.listen(0)
        self._fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            self._fillers.append(filler)

    def stop(self):
        for one in [*self._fillers, self._listener]:
            one.close()
