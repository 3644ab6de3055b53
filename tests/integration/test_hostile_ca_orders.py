"""A CA whose orders go nowhere, whose challenges are attacks and whose certificates are not what was ordered."""
import random
import ssl

from harness import faults_chain as chain
from harness import faults_words as words
from harness.both import on_both_servers
from harness.fault_answers import Answer
from harness.hostile_site import A_DAY, A_MINUTE, Case, HostileSite, everywhere

ORDERS, AUTHORIZATION, DOWNLOAD = ("/order-plz", "/my-order/", "/finalize-order/"), "/authZ/", "/certZ/"

OURS = b"-----BEGIN CERTIFICATE-----"


def status_is(*values, **members):
    """Whatever the CA has done, its order says one of these."""
    return everywhere(ORDERS, words.changed(lambda order: order.update(status=random.choice(values), **members)))


def taken_back(proxy, story):
    """`ready` until it is finalized, then `pending` again, `ready`, `pending`, ..."""
    turn = []

    def change(order):
        turn.append(None)
        order.update(status=("ready", "pending")[len(turn) % 2])
        order.pop("certificate", None)
    proxy.on("/finalize-order/", words.changed(change), nth=None)
    proxy.on("/my-order/", words.changed(change), nth=None)


def token(value):
    return everywhere(AUTHORIZATION, words.token(value))


def authorization(change):
    return everywhere(AUTHORIZATION, words.changed(change))


def pem(change):
    return everywhere(DOWNLOAD, words.body(change))


def dates(start, end):
    def arm(proxy, story):
        chain.dated(chain.Authority(story.space, f"authority-{proxy.port}"), proxy, start, end)
    return arm


def stranger_key():
    return chain.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")


STRANGER_KEY = stranger_key()


def thousand(body):
    return b"".join(chain.blocks(body)[:1] + chain.blocks(body)[1:] * 999)


def other_intermediate(proxy, story):
    certificate, _ = chain.self_signed(story.space, f"intermediate-{proxy.port}")
    with open(certificate, "rb") as file:
        other = file.read()
    proxy.on(DOWNLOAD, words.body(lambda body: chain.blocks(body)[0] + other), nth=None)


def shows(name, days, *options):
    """The endpoint itself has a wrong certificate."""
    def arm(proxy, story):
        proxy.show(*chain.self_signed(story.space, f"{name}-{proxy.port}", *options, days=days))
    return arm


def old_protocol(proxy, story):
    def only_tls_1(context):
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    proxy.show(proxy.ca.trusted, proxy.ca.trusted.replace("trusted.pem", "key.pem"), setting=only_tls_1)


# A failed one waits for minutes or a day: then it is `acmectl renew` that brings the certificate.
STUCK = (
    Case("always-processing", status_is("processing"), fails=False, asks=30),
    Case("always-pending", status_is("pending"), fails=False, asks=30),
    Case("ready-again", taken_back, fails=False, asks=30),
    Case("valid-without", everywhere(ORDERS, words.member(certificate=None, status="valid")),
         ('"certificate" is missing',)),
    Case("always-invalid", status_is("invalid"), ("invalid and gives no reason",), A_MINUTE, hint=False),
    Case("by-chance", status_is("pending", "processing", "ready"), fails=False, asks=40),
    Case("no-names", everywhere(ORDERS, words.member(authorizations=[])), fails=False, asks=40),
)
NAMES = (
    Case("other-name", authorization(lambda one: one.update(identifier={"type": "dns", "value": "victim.example"})),
         ("wants a proof of victim.example, which was not ordered",)),
    Case("other-kind", authorization(lambda one: one.update(identifier={"type": "ip", "value": "127.0.0.1"})),
         ("wants a proof of 127.0.0.1, which was not ordered",)),
    Case("name-shell", authorization(lambda one: one.update(identifier={"type": "dns", "value": "a;id|sh.example"})),
         ("which was not ordered",)),
    Case("name-lines", authorization(lambda one: one.update(identifier={"type": "dns", "value": "a\r\nb.example"})),
         ("no identifier we know",)),
)
TOKENS = (
    Case("token-none", everywhere(AUTHORIZATION, words.no_token), ("is no token",)),
    Case("token-number", token(12345), ("is no token",)),
    Case("token-empty", token(""), ("is no token",)),
    Case("token-path", token("../../../../etc/passwd"), ("is no token: ../",)),
    Case("token-root", token("/etc/passwd"), ("is no token",)),
    Case("token-dots", token(".."), ("is no token",)),
    Case("token-encoded", token("%2e%2e%2fetc%2fpasswd"), ("is no token",)),
    Case("token-shell", token("$(touch${IFS}/tmp/x)`id`;id|sh"), ("is no token",)),
    Case("token-lines", token("a\r\nX-Evil: 1"), ("is no token",)),
    Case("token-long", token("A" * 100_000), ("is no token",)),
    Case("token-wide", token("\u0430\u0431\u0432\u202e"), ("is no token",)),
    Case("challenges-none", authorization(lambda one: one.update(challenges=[])), ("offers no challenge",), A_DAY),
    Case("challenges-many", authorization(lambda one: one.update(challenges=one["challenges"] * 100)),
         ("more than 100",)),
    Case("challenge-type", everywhere(AUTHORIZATION, words.challenges(lambda one: one.update(type="\x1b[2J;id"))),
         ("none of which is configured",), A_DAY),
    Case("challenge-url", everywhere(AUTHORIZATION, words.challenges(lambda one: one.update(url="file:///etc/passwd"))),
         ("no acceptable https URL",)),
)
CHAINS = (
    Case("expired", dates("20200101000000Z", "20200201000000Z"), ("valid from 2020-01-01",)),
    Case("not-yet", dates("20400101000000Z", "20400201000000Z"), ("valid from 2040-01-01", "clock")),
    Case("reversed", pem(lambda body: b"".join(reversed(chain.blocks(body)))), ("reverse order",), A_DAY),
    Case("broken", other_intermediate, ("broken or out of order",), A_DAY),
    Case("thousand", pem(thousand), ("too long|more than 10",)),
    Case("eleven", pem(lambda body: b"".join(chain.blocks(body)[:1] + chain.blocks(body)[1:] * 10)), ("more than 10",)),
    Case("garbage", pem(lambda body: OURS + b"\n" + b"QUJD" * 300 + b"\n-----END CERTIFICATE-----\n"), ("cannot read",)),
    Case("not-base64", pem(lambda body: body.replace(b"M", b"*")), ("cannot read|no certificate",)),
    Case("cut", pem(lambda body: body[:len(body) // 3]), ("cannot read|no certificate",)),
    Case("no-pem", everywhere(DOWNLOAD, words.answers(200, b"\x30\x82\x01\x00" * 100)), ("no certificate",)),
    Case("empty", pem(lambda body: b""), ("no certificate",)),
    Case("key-alone", pem(lambda body: STRANGER_KEY), ("no certificate",)),
    Case("key-with-it", pem(lambda body: STRANGER_KEY + body + STRANGER_KEY), fails=False, passes=True, asks=40),
    Case("text-before", pem(lambda body: b"subject=/CN=\x1b[2Jx\r\nissuer=y\n\n" + body.replace(b"\n", b"\r\n")),
         fails=False, passes=True, asks=40),
    Case("html", everywhere(DOWNLOAD, lambda request: Answer(200, b"<html>", [("Content-Type", "text/html")])),
         ("no certificate",)),
)
ENDPOINTS = (
    Case("endpoint-other", shows("other", "30", "-addext", "subjectAltName=IP:127.0.0.1"), ("not trusted by",),
         first=True),
    Case("endpoint-evil-name", shows("\x1b[2J$(id)", "30", "-addext", "subjectAltName=DNS:other.example"), ("TLS",),
         first=True),
    Case("endpoint-old", old_protocol, ("TLS",), first=True),
)


@on_both_servers
class Orders(HostileSite):
    cases = STUCK + NAMES + TOKENS + CHAINS + ENDPOINTS
    lasts = 15

    def test_orders_that_go_nowhere(self):
        self.check(*STUCK)

    def test_names_that_were_not_ordered(self):
        self.check(*NAMES)

    def test_tokens_are_no_paths_and_no_commands(self):
        self.check(*TOKENS)

    def test_wrong_certificates_are_never_served(self):
        self.check(*CHAINS)

    def test_endpoints_that_are_not_the_ca(self):
        self.check(*ENDPOINTS)

    def test_a_key_that_a_ca_sends_is_not_kept(self):
        secret = STRANGER_KEY.split(b"\n")[1]
        self.assertTrue(any(path.endswith("fullchain.pem") for path in self.story.stored))
        self.assertEqual([], [path for path, content in self.story.stored.items() if secret in content])
