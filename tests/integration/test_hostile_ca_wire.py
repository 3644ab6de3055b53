"""A CA behind a broken network, a broken load balancer or an attacker's: connections and bytes that go wrong."""
from harness import faults_http2 as http2
from harness import faults_wire as wire
from harness.both import on_both_servers
from harness.fault_proxy import reset
from harness.hostile_site import Case, HostileSite, everywhere

ORDER, ALL = ("/order-plz", "/my-order/"), "/"
# libcurl 7.88 keeps the words to itself when an idle HTTP/2 connection of another case is found broken just then.
CHUNKS = r"HTTP|connection broken \("


def front(function):
    def arm(proxy, story):
        proxy.front = function
    return arm


def deaf(proxy, story):
    """Nothing accepts what connects, and then again the proxy does."""
    proxy.stop()
    port = wire.DeafPort(proxy.port)
    clear = proxy.clear

    def heal():
        port.stop()
        proxy.clear = clear
        clear()
        proxy.start()
    proxy.clear = heal


def over_http2(speaker):
    arm = http2.speaks(speaker)
    return lambda proxy, story: arm(proxy)


RESETS = (
    Case("reset-at-once", front(wire.reset_at_once), ("(?i)reset|connection",), first=True),
    Case("reset-before", everywhere(ALL, reset), ("connection",)),
    Case("reset-in-headers", everywhere(ALL, wire.part(-0.5, "reset")), ("connection",)),
    Case("reset-in-body", everywhere(ALL, wire.part(0.5, "reset")), ("connection",)),
)
STALLS = (
    Case("not-accepted", deaf, ("timed out: no connection within 10 s",), first=True),
    Case("hello-unanswered", front(wire.never_shakes_hands), ("timed out: no TLS handshake within 10 s",), first=True),
    Case("hello-endless", front(wire.endless_hello), ("TLS",), first=True),
    Case("no-answer", everywhere(ALL, wire.raw(end="hold")), ("timed out: no complete answer within 30 s",)),
    Case("half-headers", everywhere(ALL, wire.part(-0.5, "hold")), ("timed out: no complete answer",)),
    Case("headers-alone", everywhere(ALL, wire.part(-1, "hold")), ("timed out: no complete answer",)),
    Case("half-body", everywhere(ALL, wire.part(0.5, "hold")), ("timed out: no complete answer",)),
    Case("a-byte-a-second", everywhere(ALL, wire.dripping(1)), ("timed out: no complete answer",)),
)
SLOW = (
    Case("slow-bytes", everywhere(ALL, wire.dripping(0)), fails=False, passes=True),
)
CUT = (
    Case("cut-content", everywhere(ALL, wire.longer), ("cut short|connection",)),
    Case("chunks-cut", everywhere(ALL, wire.chunked(b"")), ("cut short|connection|HTTP",)),
    Case("chunks-junk", everywhere(ALL, wire.chunked(b"zz\r\n")), (CHUNKS,)),
    Case("chunks-negative", everywhere(ALL, wire.chunked(b"-1\r\n")), (CHUNKS,)),
    Case("chunks-huge", everywhere(ALL, wire.chunked(b"fffffffffffffffff\r\n")), (CHUNKS,)),
    Case("not-http", everywhere(ALL, wire.raw(b"220 mail.example ESMTP\r\n")), ("HTTP|connection",)),
    Case("nothing", everywhere(ALL, wire.raw()), ("connection",)),
)
HUGE = (
    Case("header-huge", everywhere(ALL, wire.long_header(200_000)), ("headers",)),
    Case("headers-many", everywhere(ALL, wire.many_headers(1000)), ("headers",)),
    Case("headers-endless", everywhere(ALL, wire.endless(wire.OK, b"X-Header: x\r\n" * 1000)), ("headers",)),
    Case("header-endless", everywhere(ALL, wire.endless(wire.OK + b"X-Header: ")), ("header",)),
    Case("interim-endless", everywhere(ALL, wire.endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")),
         ("headers",)),
    Case("body-endless", everywhere(ALL, wire.endless(wire.OK + b"\r\n")), ("more than 1048576 bytes",)),
    Case("chunks-endless", everywhere(ALL, wire.endless(wire.CHUNKED, b"4000\r\n" + b"a" * 16384 + b"\r\n")),
         ("more than 1048576 bytes",)),
    Case("error-endless", everywhere(ALL, wire.endless(b"HTTP/1.1 500 Oh\r\n\r\n")), ("more than 1048576 bytes",)),
    Case("trailers-endless", everywhere(ALL, wire.endless(wire.CHUNKED + b"0\r\n", b"X-Trailer: x\r\n" * 1000)),
         ("headers|HTTP",)),
    Case("promise-huge", everywhere(ALL, wire.raw(wire.OK + b"Content-Length: 99999999999\r\n\r\n")),
         ("more than 1048576 bytes",)),
    Case("bomb", everywhere(ALL, wire.bomb), ("no valid JSON|no usable Location",)),
)
FRONT_END = (
    Case("tls-alert", front(wire.says(wire.ALERT)), ("TLS handshake failed",), first=True),
    Case("tls-plain", front(wire.says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
         ("TLS handshake failed",), first=True),
    Case("tls-closed", front(wire.closed_after_hello), ("TLS|connection",), first=True),
    Case("h2-goaway", over_http2(http2.goes_away), ("HTTP|headers|connection|cut short|timed out",), first=True),
    Case("h2-reset", over_http2(http2.resets_stream), ("HTTP|headers|connection|cut short|timed out",), first=True),
    Case("h2-garbage", over_http2(http2.garbage), ("HTTP|headers|connection|cut short|timed out",), first=True),
    Case("h2-closed", over_http2(http2.closes), ("HTTP|headers|connection|cut short|timed out",), first=True),
    Case("h2-pings", over_http2(http2.pings), ("HTTP|headers|connection|cut short|timed out",), first=True),
    Case("h2-headers", over_http2(http2.continuations), ("HTTP|headers|connection|cut short|timed out",), first=True),
    Case("h2-body", over_http2(http2.endless_data), ("more than 1048576 bytes|timed out",), first=True),
)


@on_both_servers
class Wire(HostileSite):
    cases = RESETS + STALLS + SLOW + CUT + HUGE + FRONT_END
    lasts = 45

    def test_resets(self):
        self.check(*RESETS)

    def test_stalls(self):
        self.check(*STALLS)

    def test_slow_bytes_are_waited_for(self):
        self.check(*SLOW)

    def test_truncation(self):
        self.check(*CUT)

    def test_what_is_too_large_is_not_read(self):
        self.check(*HUGE)
        for case in HUGE:
            with self.subTest(case.name):
                record = self.story.records[case.name]
                # A megabyte each time and what the sockets hold.
                self.assertLess(record.sent, (len(record.requests) + 1) * (16 << 20))

    def test_a_front_end_that_fails(self):
        self.check(*FRONT_END)
