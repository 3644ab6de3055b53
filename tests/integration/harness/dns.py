"""DNS by hand: a question, and a resolver that counts and spoils what passes through it.

    dns.ask("127.0.0.1:23456", "example.org", "TXT")     ["the values"]
    Forwarder(space, knot.address)     a resolver for pebble and the servers: questions go to knot, CNAMEs are followed
"""
import collections
import socket
import socketserver
import struct
import threading

from .ports import free_port

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "TXT": 16, "CAA": 257}
UPDATE = 5


def split_address(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


def wire_name(name):
    labels = [label for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def read_name(message, at):
    """(name, where it ends)."""
    labels, end = [], None
    while message[at]:
        if message[at] >= 0xC0:
            end = end or at + 2
            at = struct.unpack_from("!H", message, at)[0] & 0x3FFF
            continue
        labels.append(message[at + 1:at + 1 + message[at]].decode("ascii", "replace"))
        at += 1 + message[at]
    return ".".join(labels).lower(), end or at + 1


def question(name, kind, recursive=True, number=0x1234):
    return struct.pack("!6H", number, 0x0100 if recursive else 0, 1, 0, 0, 0) + wire_name(name) + struct.pack(
        "!2H", TYPES[kind], 1)


def asked(message):
    """(name, type) of a question or the zone of an update; and where that ends."""
    name, at = read_name(message, 12)
    return name, struct.unpack_from("!H", message, at)[0], at + 4


def opcode(message):
    return message[2] >> 3 & 15


def answers(message):
    """[(owner, type, data)] of the answer section; data of a CNAME is a name, of a TXT its strings joined."""
    at, found = asked(message)[2], []
    for _ in range(struct.unpack_from("!H", message, 6)[0]):
        owner, at = read_name(message, at)
        kind, _, _, size = struct.unpack_from("!2HIH", message, at)
        start, at = at + 10, at + 10 + size
        data = message[start:at]
        if kind == TYPES["CNAME"]:
            data = read_name(message, start)[0]
        elif kind == TYPES["TXT"]:
            text, place = b"", 0
            while place < len(data):
                text += data[place + 1:place + 1 + data[place]]
                place += 1 + data[place]
            data = text.decode()
        found.append((owner, kind, data))
    return found


def exchange(address, message, tcp=False, seconds=2):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM) as wire:
        wire.settimeout(seconds)
        wire.connect(split_address(address))
        if not tcp:
            wire.send(message)
            return wire.recv(65535)
        wire.sendall(struct.pack("!H", len(message)) + message)
        return receive(wire)


def receive(wire):
    """One message of a TCP connection; b"" at its end."""
    def exactly(size):
        data = b""
        while len(data) < size:
            more = wire.recv(size - len(data))
            if not more:
                return b""
            data += more
        return data
    head = exactly(2)
    return exactly(struct.unpack("!H", head)[0]) if head else b""


def ask(address, name, kind):
    """The values; [] also for no answer."""
    try:
        message = exchange(address, question(name, kind))
        if message[2] & 2:
            message = exchange(address, question(name, kind), tcp=True)
    except OSError:
        return []
    return [data for _, found, data in answers(message) if found == TYPES[kind]]


class Forwarder:
    """Listens by UDP and TCP. `spoil(message, tcp)` may return other bytes to be sent back, or b"" for silence; None
    leaves it to the server behind. `counts`: how many questions by type, and updates by zone ("UPDATE example.org")."""

    def __init__(self, space, upstream, spoil=None):
        self.upstream, self.spoil = upstream, spoil or (lambda message, tcp: None)
        self.counts, self._lock = collections.Counter(), threading.Lock()
        self.dns_port = free_port()
        self.address = f"127.0.0.1:{self.dns_port}"
        self._servers = [socketserver.ThreadingUDPServer(("127.0.0.1", self.dns_port), self._handler(False)),
                         socketserver.ThreadingTCPServer(("127.0.0.1", self.dns_port), self._handler(True))]
        for server in self._servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
        space.add(self)

    def _handler(self, tcp):
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                if not tcp:
                    message, wire = self.request
                    reply = outer.reply(message, False)
                    if reply:
                        wire.sendto(reply, self.client_address)
                    return
                while message := receive(self.request):
                    reply = outer.reply(message, True)
                    if reply:
                        self.request.sendall(struct.pack("!H", len(reply)) + reply)
        return Handler

    def reply(self, message, tcp):
        name, kind, _ = asked(message)
        names = {number: text for text, number in TYPES.items()}
        with self._lock:
            self.counts[f"UPDATE {name}" if opcode(message) == UPDATE else names.get(kind, str(kind))] += 1
        spoilt = self.spoil(message, tcp)
        if spoilt is not None:
            return spoilt
        try:
            return self._follow(exchange(self.upstream, message, tcp), kind, tcp)
        except OSError:
            return b""

    def _follow(self, reply, kind, tcp):
        """Adds what the last CNAME of an answer points to, as a recursive resolver does: knot stays in one zone."""
        found = answers(reply) if opcode(reply) == 0 else []
        if not found or found[-1][1] != TYPES["CNAME"] or kind == TYPES["CNAME"]:
            return reply
        target = found[-1][2]
        more = exchange(self.upstream, struct.pack("!6H", 1, 0x0100, 1, 0, 0, 0) + wire_name(target) +
                        struct.pack("!2H", kind, 1), tcp)
        end = asked(more)[2]
        rest = b""
        for owner, number, data in answers(self._follow(more, kind, tcp)):
            if number == TYPES["TXT"]:
                data = bytes([len(data)]) + data.encode()
            elif number == TYPES["CNAME"]:
                data = wire_name(data)
            rest += wire_name(owner) + struct.pack("!2HIH", number, 1, 60, len(data)) + data
        count = len(found) + struct.unpack_from("!H", more, 6)[0]
        cut = self._answer_end(reply)
        assert end
        return reply[:2] + struct.pack("!5H", 0x8180, 1, count, 0, 0) + reply[12:cut] + rest

    @staticmethod
    def _answer_end(message):
        at = asked(message)[2]
        for _ in range(struct.unpack_from("!H", message, 6)[0]):
            at = read_name(message, at)[1]
            at += 10 + struct.unpack_from("!H", message, at + 8)[0]
        return at

    def stop(self):
        for server in self._servers:
            server.shutdown()
            server.server_close()
