"""A small HTTP proxy that knows CONNECT only, as a company puts one before its servers."""
import base64
import socket
import threading


class ConnectProxy:
    """`credentials` ("user:password"): who does not bring them gets 407. Whatever host is asked for, the connection
    goes to that port of 127.0.0.1. `asked` keeps "host:port" of each tunnel, `refused` how many were not let through."""

    def __init__(self, port, credentials=None):
        self.asked, self.refused = [], 0
        self._wanted = credentials and "Basic " + base64.b64encode(credentials.encode()).decode()
        self._socket = socket.create_server(("127.0.0.1", port))
        self._open = [self._socket]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self):
        for one in list(self._open):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            self._tunnel(client)
        except OSError:
            pass
        finally:
            client.close()

    def _tunnel(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            part = client.recv(4096)
            if not part or len(head) > 16384:
                return
            head += part
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        sent = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("proxy-authorization:")]
        if self._wanted and sent != [self._wanted]:
            self.refused += 1
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"out\"\r\n"
                           b"Content-Length: 0\r\nConnection: close\r\n\r\n")
            return
        if method != "CONNECT":
            client.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        self.asked.append(target)
        server = socket.create_connection(("127.0.0.1", int(target.rpartition(":")[2])))
        self._open.append(server)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=self._copy, args=(server, client), daemon=True)
        back.start()
        self._copy(client, server)
        back.join()

    @staticmethod
    def _copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
