"""A front end that speaks HTTP/2 and fails at it: for FaultProxy.speak, behind a handshake that chose "h2"."""
import contextlib
import struct

PREFACE = 24
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9
END_HEADERS = 4
STATUS_200 = b"\x88"  # HPACK: index 8 of the static table


def frame(kind, payload=b"", flags=0, stream=0):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def _read(connection, size):
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise OSError("closed")
        data += piece
    return data


def _await_request(connection):
    _read(connection, PREFACE)
    connection.sendall(frame(SETTINGS))
    while True:
        head = _read(connection, 9)
        _read(connection, int.from_bytes(head[:3], "big"))
        if head[3] == HEADERS:
            return


def _after_request(then):
    """`then` says what follows the first request, on stream 1: frames, perhaps without end."""
    def speak(connection, proxy):
        with contextlib.suppress(OSError):
            _await_request(connection)
            proxy.seen.append(("HTTP/2", ""))
            for piece in then():
                connection.sendall(piece)
                proxy.sent += len(piece)
    return speak


def _forever(first, again):
    yield first
    while True:
        yield again


goes_away = _after_request(lambda: [frame(GOAWAY, struct.pack(">II", 0, 2))])
resets_stream = _after_request(lambda: [frame(RST_STREAM, struct.pack(">I", 2), stream=1)])
garbage = _after_request(lambda: [b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10])
closes = _after_request(lambda: [])
pings = _after_request(lambda: _forever(b"", frame(PING, b"12345678") * 100))
# "literal header, a new name": never ends, as no frame says END_HEADERS.
continuations = _after_request(lambda: _forever(
    frame(HEADERS, STATUS_200, stream=1), frame(CONTINUATION, b"\x00\x01x\x7f\x80\x7e" + b"y" * 16255, stream=1)))
endless_data = _after_request(lambda: _forever(
    frame(HEADERS, STATUS_200, END_HEADERS, 1), frame(DATA, b"a" * 16384, stream=1)))


def speaks(speaker):
    """Arms a proxy: HTTP/2 is what it agrees on, this is how it speaks it."""
    def arm(proxy):
        proxy.show(proxy.ca.trusted, proxy.ca.trusted.replace("trusted.pem", "key.pem"), ["h2"])
        proxy.speak = speaker
    return arm
