"""The connections of a FaultProxy: TLS, HTTP/1.1 on both sides of it, and everything that may go wrong with them."""
import contextlib
import http.client
import http.server
import socket
import ssl
import struct
import threading
import weakref

from .fault_answers import Answer, Raw, Request, Reset


class FaultServer(http.server.ThreadingHTTPServer):
    daemon_threads, block_on_close, request_queue_size = True, False, 128

    def __init__(self, address, proxy):
        self.proxy, self._open, self._lock = proxy, weakref.WeakSet(), threading.Lock()
        super().__init__(address, _Handler)

    def accept_all(self):
        """Not serve_forever(): a hundred proxies that look twenty times a second whether to end are a load."""
        while True:
            try:
                connection, address = self.get_request()
            except OSError:
                return
            self.proxy.connections += 1
            self.note(connection)
            self.process_request(connection, address)

    def note(self, connection):
        """For cut(): a set must not grow while it is copied."""
        with self._lock:
            self._open.add(connection)

    def cut(self):
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # ends accept()
        self.server_close()
        self.cut()

    def handle_error(self, request, client_address):
        """Clients may end whenever they like: servers under test are killed."""


class _Served(Exception):
    """The connection had all it gets."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def setup(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.upstream = None
        proxy = self.server.proxy
        if proxy.front:
            self.give_to(proxy.front)
        self.request = proxy.context.wrap_socket(self.request, server_side=True)
        self.server.note(self.request)
        if proxy.speak:
            self.give_to(proxy.speak)
        super().setup()

    def give_to(self, speaker):
        try:
            speaker(self.request, self.server.proxy)
        except Reset:
            self.reset()
        raise _Served

    def reset(self):
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.socket(fileno=self.request.detach()).close()

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
            self.reset()
            return
        if isinstance(answer, Raw):
            self.send_raw(answer)
            return
        head = answer.head(f"Content-Length: {len(answer.body)}")
        self.wfile.write(head + (b"" if self.command == "HEAD" else answer.body))

    def send_raw(self, raw):
        self.close_connection = True
        with contextlib.suppress(OSError):
            for piece in raw.pieces:
                self.request.sendall(piece)
                self.server.proxy.sent += len(piece)
            if raw.end == "hold":
                self.request.recv(1)
        if raw.end == "reset":
            self.reset()

    do_GET = do_HEAD = do_POST = handle_any

    def log_message(self, format, *args):
        """proxy.seen has it."""
