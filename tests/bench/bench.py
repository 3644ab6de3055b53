#!/usr/bin/env python3
"""make bench: figures, side by side with the goals and with what others need. Never a test: it only prints.

    bench.py [issuance] [requests] [dns] [handshake] [status] [--servers nginx,apache] [--rounds N] [--only TEXT]
             [--challenge http-01|tls-alpn-01]

issuance   seconds from the server's start until the last certificate is served, found out by handshakes
requests   requests to the CA per certificate, counted in the CA's log
dns        the same time for one certificate of 100 names, proved by dns-01 with rfc2136 and a real knot (as root)
handshake  CPU of the server per full TLS 1.3 handshake: a static certificate against a managed, hot-swapped one
status     the status page of 10,000 certificates: time and memory of each kind of request, and what a flush costs
"""
import argparse
import atexit
import collections
import os
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../integration"))
from harness import ChallTestSrv, Pebble, Workspace, free_port, places, sites, verified  # noqa: E402
from harness.knot import Knot, free_address  # noqa: E402
from harness.processes import cpu_seconds, wait_until  # noqa: E402

# (title, virtual hosts, names each, keys each, seconds of the CA's validation sleep, goal, others for scale)
ISSUANCE = [
    ("1 certificate", 1, 1, 1, 0, "< 0.5 s", "mod_md 0.8-1.3*, Caddy 0.57, Angie 2.2, certbot 3.1"),
    ("50 certificates", 50, 1, 1, 0, "< 1.5 s", "mod_md 4.8-5.2*, Caddy 41.7, certbot 185"),
    ("50, two keys each", 50, 1, 2, 0, "< 5 s", ""),
    ("200 certificates", 200, 1, 1, 0, "< 4 s", "Caddy 192"),
    ("1 with 10 names", 1, 10, 1, 0, "< 1 s", "Angie 11"),
    ("10, CA sleeps up to 3 s", 10, 1, 1, 3, "< 6 s", "mod_md 29*"),
]
NOT_PER_CERTIFICATE = ("/dir", "/sign-me-up")


class RunFolder(Workspace):
    """Stays until the end: ext4 is slow at making files for minutes after many were removed, which the next run would
    be charged with."""

    def __init__(self):
        super().__init__("acme-bench-")
        atexit.register(shutil.rmtree, self.path, ignore_errors=True)

    def close(self):
        self.stop_all()


def say(text=""):
    print(text, flush=True)


def wait_served(server, ca, wanted, limit=120):
    """Seconds since the server began, when the last of these (name, key) is served; None when one never is."""
    # Whichever is served already is found while the others are still on their way: looking takes its time too, and
    # what it takes at the end would count.
    waiting = collections.deque(wanted)
    while waiting:
        name, key = waiting[0]
        if not isinstance(verified(server.tls_port, name, ca.root_path, key=key), str):
            waiting.popleft()
            continue
        if server.age() > limit:
            return None
        waiting.rotate(-1)
        time.sleep(0.02)
    return server.age()


def issue(kind, count, names_each, keys, va_sleep, challenge):
    """(seconds, requests per certificate) of one first issuance."""
    with RunFolder() as space:
        plain, tls = free_port(), free_port()
        dns = ChallTestSrv(space)
        ca = Pebble(space, dns, http_port=plain, tls_port=tls, va_sleep=va_sleep)
        hosts = [[f"n{name}.h{host}.example.com" for name in range(names_each)] for host in range(count)]
        certificate = "test key=ecdsa:256,rsa:2048" if keys == 2 else "test"
        server = sites.managed(kind, space, ca, hosts, plain, tls, certificate, level="notice", extra=no_reload(kind),
                               words=[f"challenge {challenge}", f"resolver 127.0.0.1:{dns.dns_port}"])
        server.start(wait=False)
        while not server.master:
            time.sleep(0.001)
        types = ("ECDSA", "RSA") if keys == 2 else ("",)
        seconds = wait_served(server, ca, [(host[0], key) for host in hosts for key in types])
        if seconds is None:
            say(server.log()[-4000:])
        counts = ca.requests()
        each = sum(n for path, n in counts.items() if path not in NOT_PER_CERTIFICATE) / (count * keys)
        return seconds, each


def no_reload(kind):
    return "acme_reload off;\n" if kind == "nginx" else "AcmeReload off\n"


def shown(seconds):
    return "never" if seconds is None else f"{seconds:.2f} s"


def row(*cells):
    say("  " + "  ".join(str(cell).ljust(width) for cell, width in zip(cells, (25, 10, 10, 9, 60))).rstrip())


def issuance(servers, rounds, with_requests, challenge):
    say("\nFrom the server's start to the last certificate served (median of "
        f"{rounds}; real {challenge}, P-256, the same local pebble)\n")
    row("", *(kind if kind in servers else "" for kind in sites.SERVERS), "goal", "others, for scale (*: staged, not served)")
    requests = {}
    for title, count, names_each, keys, va_sleep, goal, others in ISSUANCE:
        cells = []
        for kind in sites.SERVERS:
            if kind not in servers:
                cells.append("")
                continue
            runs = [issue(kind, count, names_each, keys, va_sleep, challenge) for _ in range(rounds)]
            times = [seconds for seconds, _ in runs if seconds is not None]
            cells.append(shown(statistics.median(times) if len(times) == len(runs) else None))
            requests[title, kind] = statistics.median(each for _, each in runs)
        row(title, *cells, goal, others)
    if with_requests:
        say("\nRequests to the CA per certificate (nonces included; without directory and account)\n")
        row("", *sites.SERVERS, "goal", "others")
        for title, count, names_each, _, va_sleep, _, _ in ISSUANCE:
            row(title, *(f"{requests[title, kind]:.1f}" if (title, kind) in requests else "" for kind in sites.SERVERS),
                "<= 8" if names_each == 1 and not va_sleep else "", "mod_md 12-13" if count == 1 == names_each else "")


def by_updates(kind):
    """(seconds, update messages to add and to remove) of one certificate for 50 names and 50 wildcards."""
    with RunFolder() as space:
        plain, tls = free_port(), free_port()
        knot = Knot(space, ["example.com"], host=free_address())
        ca = Pebble(space, knot, http_port=plain)
        names = [name for number in range(50) for name in (f"n{number}.example.com", f"*.n{number}.example.com")]
        words = ["challenge dns-01", f"resolver {knot.address}",
                 f"dns_provider rfc2136 server={knot.address} key_file={knot.key_file(space)}"]
        server = sites.managed(kind, space, ca, [names], plain, tls, words=words, level="notice",
                               extra=no_reload(kind)).start(wait=False)
        while not server.master:
            time.sleep(0.001)
        seconds = wait_served(server, ca, [("n49.example.com", "")])
        if seconds is None:
            say(server.log()[-4000:])
            return None, 0
        wait_until(lambda: not knot.txt("_acme-challenge.n49.example.com"), 30, "the records are removed")
        return seconds, knot.updates()


def updates(servers, rounds):
    say("\nOne certificate with 50 names and 50 wildcards by rfc2136: server's start to served, update messages in all\n")
    for kind in servers:
        runs = [by_updates(kind) for _ in range(rounds)]
        times = [seconds for seconds, _ in runs if seconds is not None]
        row(kind, shown(statistics.median(times) if len(times) == len(runs) else None), "< 5 s",
            f"{max(count for _, count in runs)} updates", "goal 2: one to add, one to remove")


def own_chain(space):
    """A leaf and its intermediate, P-256, as a CA gives them: (fullchain, key)."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=space.path)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=bench CA")
    openssl("req", *curve, "-keyout", "key.pem", "-out", "leaf.csr", "-subj", "/CN=bench.example.com")
    space.file("names", "subjectAltName=DNS:bench.example.com\n")
    openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "20", "-extfile", "names",
            "-out", "leaf.pem", "-CAcreateserial")
    with open(space.file("leaf.pem"), encoding="ascii") as leaf, open(space.file("ca.pem"), encoding="ascii") as issuer:
        return space.file("fullchain.pem", leaf.read() + issuer.read()), space.file("key.pem")


def in_memory(rounds):
    with Workspace("acme-bench-") as space:
        program = os.path.join(places.BUILD, "release/tests/bench/handshake_bench")
        output = subprocess.run([program, *own_chain(space), str(rounds * 10)], check=True, stdout=subprocess.PIPE)
    costs = {name: float(cost) for name, cost in (line.split() for line in output.stdout.decode().splitlines())}
    say("\nServer CPU per full TLS 1.3 handshake, P-256, in memory (medians of interleaved turns)\n")
    row("static certificate", f"{costs['static']:.1f} us")
    row("managed, hot-swapped", f"{costs['swapped']:.1f} us", f"{costs['swapped'] / costs['static']:.3f} x", "<= 1.03",
        "nginx's data: variables 4.2 x")
    row("managed, after a reload", f"{costs['reloaded']:.1f} us", f"{costs['reloaded'] / costs['static']:.3f} x")
    row("looking for tls-alpn-01", f"{costs['watched']:.1f} us", f"{costs['watched'] / costs['static']:.3f} x", "1.00",
        f"the look by itself {costs['look'] * 1000:.0f} ns")


def cpu_of(server):
    return sum(cpu_seconds(pid) for pid in server.processes())


def over_the_wire(kind, rounds, count=1000):
    """Medians of CPU seconds per handshake: {name of the host: seconds}."""
    with Workspace("acme-bench-") as space:
        plain, tls = free_port(), free_port()
        ca = Pebble(space, ChallTestSrv(space), http_port=plain)
        # One process for all handshakes: what a new one spends at its start does not count.
        steady = ("ssl_session_tickets off;\n" if kind == "nginx" else "SSLSessionTickets off\nServerLimit 1\n"
                  "ThreadsPerChild 8\nMaxRequestWorkers 8\nMinSpareThreads 1\nMaxSpareThreads 9\n")
        static = sites.static_host(kind, tls, ["static.example.com"], *own_chain(space))
        server = sites.managed(kind, space, ca, [["managed.example.com"]], plain, tls, level="notice",
                               extra=no_reload(kind) + steady + static)
        server.start()
        server.wait_for_certificate("managed.example.com", ca)
        client = os.path.join(places.BUILD, "release/tests/bench/handshake_client")
        spent = {"static.example.com": [], "managed.example.com": []}
        for number in range(rounds + 1):
            for name, costs in spent.items():
                before = cpu_of(server)
                subprocess.run([client, str(tls), name, str(count)], check=True)
                if number:  # the first round warms up
                    costs.append((cpu_of(server) - before) / count)
        return {name: statistics.median(costs) for name, costs in spent.items()}


def cross_check(servers, rounds):
    say("\nThe same over the wire: CPU of all worker processes (cross-check, coarse)\n")
    row("", "static", "managed", "ratio")
    for kind in servers:
        costs = over_the_wire(kind, rounds)
        fixed, swapped = costs["static.example.com"], costs["managed.example.com"]
        row(kind, f"{fixed * 1e6:.0f} us", f"{swapped * 1e6:.0f} us", f"{swapped / fixed:.3f} x")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="*", default=["issuance", "requests", "dns", "handshake", "status"])
    parser.add_argument("--servers", default=",".join(sites.SERVERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="issuance cases whose title holds this")
    parser.add_argument("--challenge", default="http-01", help="how names are proved: http-01 or tls-alpn-01")
    arguments = parser.parse_args()
    servers = arguments.servers.split(",")
    ISSUANCE[:] = [case for case in ISSUANCE if arguments.only in case[0]]
    if "issuance" in arguments.what or "requests" in arguments.what:
        issuance(servers, arguments.rounds, "requests" in arguments.what, arguments.challenge)
    if "dns" in arguments.what:
        updates(servers, arguments.rounds)
    if "handshake" in arguments.what:
        in_memory(arguments.rounds)
        cross_check(servers, arguments.rounds)
    if "status" in arguments.what:
        say("\nStatus of 10,000 certificates, in one process (goals: a page < 50 ms and 5 MB, the metrics < 200 ms)\n")
        subprocess.run([os.path.join(places.BUILD, "release/tests/bench/status_bench")], check=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
