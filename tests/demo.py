#!/usr/bin/env python3
"""make demo: the example configurations on a real nginx and a real Apache, with certificates from a local CA.

Each file of conf-examples/ runs in a server of its own, on a loopback address of its own; the CA (pebble) finds
it by DNS (pebble-challtestsrv) and validates every name by http-01 or tls-alpn-01. Nothing is left running afterwards.
"""
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "integration"))
from harness import ChallTestSrv, Pebble, Workspace, free_port, places, verified  # noqa: E402
from harness.examples import EXTERNAL_ACCOUNT, all_examples  # noqa: E402

TIME_LIMIT = 30


class Running:
    """One example being served."""

    def __init__(self, example, server, address, dns):
        self.example, self.server, self.address, self.dns = example, server, address, dns
        self.log_read = 0
        self.waiting = {host.names: host for host in example.hosts}
        self.served = {}  # names -> (seconds since the server's start, certificate)

    def start(self):
        """The names are its own from now on: several examples have the same."""
        for name in (name for host in self.example.hosts for name in host.names):
            self.dns.call("clear-a", host=name)
            self.dns.call("add-a", host=name, addresses=[self.address])
        self.server.start(wait=False)

    def look(self, cas):
        for names, host in list(self.waiting.items()):
            seen = verified(self.server.tls_port, names[0], cas[host.issuer].root_path, self.address)
            if not isinstance(seen, str):
                self.served[names] = (self.server.age(), seen)
                del self.waiting[names]

    def show_progress(self):
        """What the engine wrote into its own log since the last call."""
        try:
            with open(os.path.join(self.server.state_path, "engine/log"), "rb") as file:
                file.seek(self.log_read)
                text = file.read()
        except OSError:
            return
        whole = text[:text.rfind(b"\n") + 1]
        self.log_read += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            say(f"  {self.server.age():5.2f} s  {line.partition(' ')[2]}")


def say(text=""):
    print(text, flush=True)


def version(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    return done.stdout.decode().splitlines()[0].partition(":")[2].strip()


def prepare(space):
    """The CAs and, not yet started, a server per example: nginx's first."""
    plain_port, tls_port = free_port(), free_port()
    dns = ChallTestSrv(space)
    examples = sorted((example for example in all_examples() if not example.needs_dns),
                      key=lambda example: example.server != "nginx")
    cas = {issuer: None for example in examples for issuer in example.issuers}
    for issuer in cas:
        cas[issuer] = Pebble(space, dns, http_port=plain_port, tls_port=tls_port,
                             config={"externalAccountMACKeys": EXTERNAL_ACCOUNT})
        say(f"A local CA stands in for {issuer}: {cas[issuer].uri}")
    running = []
    for number, example in enumerate(examples):
        address = f"127.0.0.{number + 11}"
        site = example.site(space, cas, address, plain_port, tls_port, level="notice")
        running.append(Running(example, site, address, dns))
    return cas, running


def run_one(cas, one):
    say(f"\n{one.example.server} with conf-examples/{one.example.server}/{one.example.name}.conf "
        f"on {one.address}, port {one.server.tls_port}")
    one.start()
    end = time.monotonic() + TIME_LIMIT
    while one.server.daemon.running and not one.server.master and time.monotonic() < end:
        time.sleep(0.005)
    while one.waiting and one.server.running and time.monotonic() < end:
        one.look(cas)
        one.show_progress()
        time.sleep(0.01)
    time.sleep(0.2)
    if one.server.running:
        one.show_progress()


def table(running):
    head = ("name", "issuer", "key", "valid until (UTC)", "served after", "verified by")
    rows = [head]
    for one in running:
        for names, (seconds, seen) in one.served.items():
            more = f" +{len(names) - 1}" if len(names) > 1 else ""
            rows.append((names[0] + more, seen.issuer, seen.key_type, f"{seen.not_after:%Y-%m-%d %H:%M}",
                         f"{seconds:.2f} s", f"{seen.protocol} handshake, chain to the CA's root"))
        for names in one.waiting:
            rows.append((names[0], "-", "-", "-", "not served", f"see the log of {one.example.name} below"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        say("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Workspace("acme-demo-") as space:
        cas, running = prepare(space)
        for one in running:
            run_one(cas, one)
        for server, command in (("nginx", [places.program("/usr/sbin/nginx"), "-v"]),
                                ("apache", [places.program("/usr/sbin/apache2"), "-v"])):
            say()
            say(version(command))
            table([one for one in running if one.example.server == server])
        failed = [one for one in running if one.waiting]
        for one in failed:
            say(f"\nLog of {one.example.server} {one.example.name}, its end:\n{one.server.daemon.output()}{one.server.log()[-4000:]}")
        if failed:
            return 1
        count = sum(len(one.served) for one in running)
        say(f"\nAll {count} virtual hosts serve certificates of the CA. Ending the servers and the CA.")
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("\nstopped; everything started has been ended")
        sys.exit(130)
