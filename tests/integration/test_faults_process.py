"""Whatever dies or is reloaded in the middle of an order: it goes on, with one order and one key."""
from harness.both import on_both_servers
from harness.fault_site import FaultSite, engine_of, kill_engine

# The steps of an order: what is asked for, and whether the CA has done it when the engine dies.
STEPS = {
    "account asked for": ("/sign-me-up", False),
    "account made": ("/sign-me-up", True),
    "order asked for": ("/order-plz", False),
    "order made": ("/order-plz", True),
    "order stored": ("/authZ/", False),
    "challenge answered": ("/chalZ/", True),
    "finalize asked for": ("/finalize-order/", False),
    "finalized": ("/finalize-order/", True),
    "download asked for": ("/certZ/", False),
    "downloaded": ("/certZ/", True),
}


@on_both_servers
class Deaths(FaultSite):
    time_limit = 120

    def interrupted(self, happens, *steps):
        """`happens` at each step of one order; afterwards all is as if nothing had."""
        proxy = self.proxy()
        gates = [proxy.hold(*STEPS[step]) for step in steps]
        server = self.managed(proxy, level="notice").start()
        for gate in gates:
            try:
                gate.wait()
            except TimeoutError as error:
                raise TimeoutError(f"{error}\n{server.log()}") from None
            happens(server)
            gate.drop()
        seen = server.wait_for_certificate("a.example", self.ca, 60)
        accepted = proxy.accepted()
        self.assertEqual(1, accepted["/order-plz"], server.log())
        self.assertEqual(1, accepted["/finalize-order/"], server.log())
        self.assertEqual(1, self.accounts(proxy), server.log())
        self.assertEqual(seen.serial, self.served().serial)
        server.stop()

    @staticmethod
    def accounts(proxy):
        """How many accounts the CA made: it answers a known key with 200."""
        return proxy.answered("/sign-me-up", 201)

    def test_killed_at_each_step(self):
        """A new order each time: after a second crash within a minute the engine would pause."""
        for step in STEPS:
            with self.subTest(step=step):
                self.interrupted(kill_engine, step)

    def test_reloaded_at_each_step(self):
        def reload(server):
            before = engine_of(server)
            server.reload()
            engine_of(server, other_than=before)
        self.interrupted(reload, "account made", "order made", "challenge answered", "finalized", "downloaded")

    def test_restarted_at_each_step(self):
        def restart(server):
            self.assertTrue(server.stop())
            server.start()
        # Not while the CA is asking: a server that is down cannot prove a name.
        self.interrupted(restart, "account made", "order made", "order stored", "finalized", "downloaded")
