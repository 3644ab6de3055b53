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
UPDATE, REFUSED = 5, 5


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


def answers_end(message):
    """Where the answer section ends."""
    at = asked(message)[2]
    for _ in range(struct.unpack_from("!H", message, 6)[0]):
        at = read_name(message, at)[1]
        at += 10 + struct.unpack_from("!H", message, at + 8)[0]
    return at


def exchange(address, message, tcp=False, seconds=10):
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
    leaves it to the server behind. `counts`: how many questions by type, and updates by zone ("UPDATE example.org");
    the same update by TCP, because the answer by UDP was late, is the same one."""

    def __init__(self, space, upstream, spoil=None):
        self.upstream, self.spoil = upstream, spoil or (lambda message, tcp: None)
        self.counts, self._updates, self._lock = collections.Counter(), set(), threading.Lock()
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
            if opcode(message) != UPDATE:
                self.counts[names.get(kind, str(kind))] += 1
            elif message not in self._updates:
                self._updates.add(message)
                self.counts[f"UPDATE {name}"] += 1
        spoilt = self.spoil(message, tcp)
        if spoilt is not None:
            return spoilt
        try:
            reply = exchange(self.upstream, message, tcp)
        except OSError:
            return b""
        if opcode(message) == UPDATE:
            return reply
        if reply[3] & 15 == REFUSED:  # not its zone: as if nobody else had it
            return reply[:2] + b"\x81\x83" + reply[4:]
        return self._follow(reply, kind, tcp)

    def _follow(self, reply, kind, tcp):
        """Adds what the last CNAME of an answer points to, as a recursive resolver does: knot stays in one zone."""
        found = answers(reply)
        if not found or found[-1][1] != TYPES["CNAME"] or kind == TYPES["CNAME"]:
            return reply
        more = question(found[-1][2], next(name for name, number in TYPES.items() if number == kind))
        more = answers(self._follow(exchange(self.upstream, more, tcp), kind, tcp))
        rest = b"".join(self._record(*record) for record in more)
        counts = struct.pack("!4H", 1, len(found) + len(more), 0, 0)
        return reply[:2] + b"\x81\x80" + counts + reply[12:answers_end(reply)] + rest

    @staticmethod
    def _record(owner, kind, data):
        if kind == TYPES["TXT"]:
            data = bytes([len(data)]) + data.encode()
        elif kind == TYPES["CNAME"]:
            data = wire_name(data)
        return wire_name(owner) + struct.pack("!2HIH", kind, 1, 60, len(data)) + data

    def stop(self):
        for server in self._servers:
            server.shutdown()
            server.server_close()
