"""Visitors who ask for challenges, names and status pages in masses: nothing grows, is written, or is slower for others.

`make soak` runs the same with 100,000 tokens, longer, and with narrower limits.
"""
import os
import shutil
import socket
import statistics
import time
import unittest

from harness import places, status
from harness.both import on_both_servers
from harness.flood import CHALLENGES, Handshakes, Requests, Trace
from harness.processes import anonymous_kib, processor_seconds, wait_until
from harness.status_site import StatusSite
from harness.synthetic import engine_of, fill_status, stop_engine

GONE = "/.well-known/other/"  # 404 without a look at the disk, as CHALLENGES is below the same location
LIVE = "live-token-of-this-test"
LIMIT = 6  # seconds that the server gives to slow clients, of which this program may be one


def text_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


class Floods(StatusSite):
    time_limit = 120
    tokens = 5000
    rounds, seconds = 2, 0.2  # of the server's processor for each
    most_times = 1.7  # what a request of the flood may cost of one that the server refuses itself
    kib = 4096         # a worker may grow by

    def setUp(self):
        super().setUp()
        self.notes = []

    def started(self):
        if self.nginx:
            more = "location ^~ /.well-known/ { return 404; }\nlocation /denied/ { deny all; }\n"
            limits = f"client_header_timeout {LIMIT}s;\nsend_timeout {LIMIT}s;\n"
        else:
            more = "Redirect 404 /.well-known/\n<Location /denied/>\nRequire all denied\n</Location>\n"
            limits = (f"LoadModule reqtimeout_module {places.APACHE_MODULES}/mod_reqtimeout.so\n"
                      f"RequestReadTimeout handshake={LIMIT} header={LIMIT}\nTimeout {LIMIT}\nServerLimit 1\n"
                      "ThreadsPerChild 64\n"
                      "MaxRequestWorkers 64\n")
        page = status.location(self.kind, "/acme", "open") + status.location(self.kind, "/closed")
        server = self.site(page + more, top=limits, level="error").start()
        with open(os.path.join(server.folder, "html/index.html"), "w", encoding="ascii") as file:
            file.write("as ever\n" * 100)
        server.wait_for_certificate("one.example", self.ca)
        with open(os.path.join(server.state_path, "engine/challenges"), "a", encoding="ascii") as file:
            file.write(f"{LIVE} {LIVE}.thumbprint\n")
        log = os.path.join(server.state_path, "engine/log")
        wait_until(lambda: "seen live" in text_of(log), 20, "the engine has looked at what is served")
        return server

    def workers(self, server):
        engine = engine_of(server)
        return [pid for pid, title in server.processes().items() if pid != engine and "cache" not in title]

    def memory(self, server):
        return {pid: anonymous_kib(pid) for pid in self.workers(server)}

    def floods(self):
        """Of each kind one that may go on; they end by end()."""
        return {
            "tokens": lambda: Requests(self.space, self.plain, "tokens", CHALLENGES + "made-up-"),
            "long tokens": lambda: Requests(self.space, self.plain, "long", CHALLENGES + "a" * 6000),
            "nobody's tokens": lambda: Requests(self.space, self.plain, "gone", GONE + "made-up-"),
            "names": lambda: Handshakes(self.tls, "acme-tls/1"),
            "nobody's names": lambda: Handshakes(self.tls, "made-up/1"),
            "closed page": lambda: Requests(self.space, self.plain, "closed", "/closed?q=", header="X-Forwarded-For"),
            "denied": lambda: Requests(self.space, self.plain, "denied", "/denied/"),
            "page": lambda: Requests(self.space, self.plain, "page", "/acme?other="),
            "searches": lambda: Requests(self.space, self.plain, "searches", "/acme?q=n"),
            "metrics": lambda: Requests(self.space, self.plain, "metrics", "/acme?format=metrics&other="),
        }

    # No look-up, no write, no growth.

    @unittest.skipUnless(os.getuid() == 0 and shutil.which("strace"), "needs strace and root")
    def test_nothing_is_looked_up_or_written(self):
        server = self.started()
        before = self.settled(server)
        for name in ("tokens", "long tokens", "names"):
            trace = Trace(self.space, self.workers(server))
            begun = time.monotonic()
            self.flooded(name, 20)
            seconds = time.monotonic() - begun
            calls = [line for line in trace.end() if "access.log" not in line]
            self.assertEqual([], [line for line in calls if "made-up" in line or "aaaa" in line or ".flood." in line])
            own = [line for line in calls if server.state_path in line]
            self.assertEqual([], [line for line in own if "write" in line or "O_CREAT" in line or "sync" in line])
            # With "" it is an fstat. Twenty times a second a handshake looks for a new certificate.
            looks = [line for line in own if '""' not in line]
            self.assertLess(len(looks), (30 + 30 * seconds) * len(self.workers(server)), f"{name}: {looks[:20]}")
        self.assertEqual(before, self.files(server))
        begun = time.monotonic()
        self.flooded("closed page", 200)
        lines = server.log().count("answers clients on this machine only")
        self.assertIn(lines, range(1, round(2 + (time.monotonic() - begun) / 60) * len(self.workers(server))))

    def settled(self, server):
        """The same, once the CA was asked when to renew, five seconds or more after the certificate came."""
        log = os.path.join(server.state_path, "engine/log")
        wait_until(lambda: "suggests to renew" in text_of(log), 30, "the CA was asked when to renew")

        def unchanged():
            found = self.files(server)
            time.sleep(1.5)
            return found if found == self.files(server) else None
        return wait_until(unchanged, 20, "nothing is written any more")

    @staticmethod
    def files(server):
        """What the state directory holds, but for the status, of which a quiet engine writes a block now and then."""
        found = {}
        for folder, _, names in os.walk(server.state_path):
            for name in names:
                facts = os.lstat(os.path.join(folder, name))
                if "/engine/status" not in folder:
                    found[folder, name] = facts.st_ino, facts.st_size, facts.st_mtime_ns
        return found

    def test_nothing_grows(self):
        server = self.started()
        for name in ("tokens", "names", "closed page"):
            self.flooded(name, 200)  # whatever is made once is made
        before = self.memory(server)
        for name in ("tokens", "long tokens", "names", "closed page"):
            count = self.flooded(name, self.tokens if "token" in name else self.tokens // 20)
            after = self.memory(server)
            grown = max([after[pid] - before[pid] for pid in before.keys() & after.keys()], default=0)
            self.notes.append(f"{self.kind}: {count} x {name}: a worker grew by {grown} KiB")
            self.assertLess(grown, self.kib, (name, before, after))

    def flooded(self, name, count):
        """So many at least; a live challenge is answered meanwhile, and nothing else."""
        done = 0
        while done < count:
            running = self.floods()[name]()
            time.sleep(1)
            answer = status.ask(self.plain, CHALLENGES + LIVE)
            self.assertEqual((200, f"{LIVE}.thumbprint"), (answer.status, answer.text))
            self.assertEqual(404, status.ask(self.plain, CHALLENGES + LIVE + "x").status)
            done += running.end()
        return done

    # Others.

    def cost(self, server, name):
        """Microseconds of the server's processor for one request of this flood: what is not left for others."""
        before = {pid: processor_seconds(pid) for pid in self.workers(server)}

        def spent():
            return sum(processor_seconds(pid) - before.get(pid, 0) for pid in self.workers(server))

        flood = self.floods()[name]()
        wait_until(lambda: spent() > self.seconds, 60, f"the server has worked on {name}")
        self.assertEqual(200, status.ask(self.plain, "/index.html").status)
        count = flood.end()
        return spent() * 1e6 / count

    def compared(self, server, name, with_what):
        found = {name: [], with_what: []}
        for number in range(2 * self.rounds):
            order = (name, with_what) if number % 2 else (with_what, name)
            for one in order:
                found[one].append(self.cost(server, one))
        # The quarter that other work on the machine disturbed least.
        mine, its = (statistics.quantiles(found[one], n=4)[0] for one in (name, with_what))
        self.notes.append(f"{self.kind}: {name} cost {mine:.1f} us each, {with_what} {its:.1f} us: {mine / its:.2f} times")
        self.assertLess(mine / its, self.most_times, f"{name}: {found}")

    def test_others_beside_a_flood(self):
        server = self.started()
        for name, with_what in (("tokens", "nobody's tokens"), ("names", "nobody's names"), ("closed page", "denied")):
            self.compared(server, name, with_what)

    # The page of 10,000 certificates that all may read.

    def test_the_open_page(self):
        server = self.started()
        stop_engine(self, server)
        fill_status(server, 10000)
        self.slow_readers_share(server)
        self.slow_clients_end_by_the_servers_own_limits()
        wait_until(lambda: self.refused("searches"), 40, "some are refused")
        self.assertEqual(200, status.ask(self.plain, "/index.html").status)
        wait_until(lambda: status.ask(self.plain, "/acme").status == 200, 20, "the page is answered again")

    def refused(self, name):
        """Answers are made for a twentieth of the processor's time, and half a second of it at once."""
        flood = self.floods()[name]()
        time.sleep(1)
        return flood.end_with_all().refused

    def slow_readers_share(self, server):
        """Of the metrics, which are 11 MB."""
        before = max(self.memory(server).values())
        clients = [self.slow_reader("/acme?format=metrics") for _ in range(40)]
        after = max(self.memory(server).values())
        self.notes.append(f"{self.kind}: 40 slow readers of the metrics: a worker has {after - before} KiB more")
        self.assertLess(after - before, 120 * 1024)
        self.assertEqual(200, status.ask(self.plain, "/index.html").status)
        for client in clients:
            client.close()

    def slow_reader(self, path):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(20)
        client.connect(("127.0.0.1", self.plain))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        self.assertTrue(client.recv(100))
        return client

    def slow_clients_end_by_the_servers_own_limits(self):
        clients = []
        for path in (CHALLENGES + LIVE, "/acme", "/acme?format=metrics"):
            client = socket.create_connection(("127.0.0.1", self.plain), timeout=20)
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Slow: ".encode())
            clients.append(client)
        for client in clients:
            with client:
                self.assertNotIn(b" 200 ", client.recv(4096))
        with self.slow_reader("/acme?format=metrics") as reader:
            time.sleep(2 * LIMIT)
            self.assertLess(self.rest(reader), 8 << 20)

    @staticmethod
    def rest(client):
        """How much comes still, until the server has closed the connection."""
        total = 0
        try:
            while piece := client.recv(1 << 20):
                total += len(piece)
        except ConnectionError:
            pass
        return total


on_both_servers(Floods)

if __name__ == "__main__":
    unittest.main()
