"""A small acme-dns server: its HTTP API as published, its zone in pebble-challtestsrv."""
import http.server
import json
import threading

from .ports import free_port


class AcmeDns:
    """`seen` holds all paths that were asked for."""

    def __init__(self, workspace, dns):
        self.dns, self.port, self.seen, self.accounts = dns, free_port(), [], {}
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self.url = f"http://127.0.0.1:{self.port}"
        workspace.add(self)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def register(self):
        number = len(self.accounts) + 1
        account = {"username": f"user-{number}", "password": f"p4ssword-{number}", "subdomain": f"sub-{number}",
                   "fulldomain": f"sub-{number}.auth.example", "allowfrom": []}
        self.accounts[account["subdomain"]] = {**account, "values": []}
        return 201, account

    def update(self, headers, body):
        account = self.accounts.get(body.get("subdomain"))
        if not account or headers["X-Api-User"] != account["username"] or headers["X-Api-Key"] != account["password"]:
            return 401, {"error": "forbidden"}
        if len(body.get("txt", "")) != 43:
            return 400, {"error": "bad_txt"}
        account["values"] = [*account["values"], body["txt"]][-2:]
        host = account["fulldomain"] + "."
        self.dns.call("clear-txt", host=host)
        for value in account["values"]:
            self.dns.call("set-txt", host=host, value=value)
        return 200, {"txt": body["txt"]}

    def _handler(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                outer.seen.append(self.path)
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
                status, answer = outer.register() if self.path == "/register" else outer.update(self.headers, body)
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass
        return Handler
