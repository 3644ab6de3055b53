"""What goes through a FaultProxy: requests, answers, and what is no answer."""
import http.client


class Reset(Exception):
    """The connection ends with a TCP reset."""


class Answer:
    def __init__(self, code, body, headers=()):
        self.code, self.body, self.headers = code, body, list(headers)

    def head(self, *more):
        """Status line and headers, an empty line at the end."""
        lines = [f"HTTP/1.1 {self.code} {http.client.responses.get(self.code, '')}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, *more, "", ""]).encode("latin-1")


class Raw:
    """Bytes as they are: `pieces`, which may be endless or take their time, then `end`: "close", "reset" or "hold",
    until the other side has enough."""

    def __init__(self, pieces=(), end="close"):
        self.pieces, self.end = pieces, end


class Request:
    def __init__(self, method, path, headers, body, ask):
        self.method, self.path, self.headers, self.body, self._ask = method, path, headers, body, ask

    def forward(self):
        return self._ask(self)
