"""Faults of what a CA says: headers, JSON and URLs of an otherwise good answer; for FaultProxy.on()."""
import json
import random

from .fault_answers import Answer

PROBLEM = "application/problem+json"
ACME = "urn:ietf:params:acme:error:"


def problem(code, kind, detail, *headers, **members):
    """The CA refuses, in its own words."""
    body = json.dumps({"type": ACME + kind, "detail": detail, "status": code, **members}).encode()
    return lambda request: Answer(code, body, [("Content-Type", PROBLEM), *headers])


def answers(code, body, *headers):
    return lambda request: Answer(code, body, headers)


def changed(change):
    """`change` gets the answer's JSON and alters it in place, or returns another value."""
    def fault(request):
        answer = request.forward()
        if answer.body.lstrip().startswith(b"{"):
            value = json.loads(answer.body)
            answer.body = json.dumps(change(value) or value).encode()
        return answer
    return fault


def member(**values):
    """Members of the answer's object; None takes one away."""
    def change(value):
        for name, new in values.items():
            value.pop(name, None)
            if new is not None:
                value[name] = new
    return changed(change)


def body(change):
    """`change` gets the answer's bytes, and returns others."""
    def fault(request):
        answer = request.forward()
        answer.body = change(answer.body)
        return answer
    return fault


def header(name, *values):
    """The answer's header with this name is replaced, by one for each value."""
    def fault(request):
        answer = request.forward()
        kept = [(other, value) for other, value in answer.headers if other.lower() != name.lower()]
        answer.headers = kept + [(name, value) for value in values]
        return answer
    return fault


def posts_only(fault):
    return lambda request: fault(request) if request.method == "POST" else request.forward()


def _with_nonce(choose):
    def fault(request):
        answer = request.forward()
        answer.headers = [(name, choose(value)) if name.lower() == "replay-nonce" else (name, value)
                          for name, value in answer.headers]
        return answer
    return fault


def same_nonce():
    """The first one, for ever: a cache in front of the CA."""
    first = []

    def choose(nonce):
        first.append(nonce)
        return first[0]
    return _with_nonce(choose)


def swapped_nonces(pool):
    """Good ones, but those of other answers, to whomever: `pool` is shared."""
    def choose(nonce):
        pool.append(nonce)
        return pool.pop(random.randrange(len(pool)))
    return _with_nonce(choose)


def made_up_nonces():
    return _with_nonce(lambda nonce: "".join(random.choices("ABCDEFGHabcdefgh01234567-_", k=43)))


def challenges(change):
    """`change` gets each challenge of an authorization."""
    def of_all(value):
        for challenge in value.get("challenges", []):
            change(challenge)
    return changed(of_all)


def token(value):
    return challenges(lambda challenge: challenge.update(token=value))


def no_token(request):
    return challenges(lambda challenge: challenge.pop("token", None))(request)
