"""The forms of a coroutine that g++ 12 miscompiles without a warning, found in the text.

Safe is a whole statement or initializer that awaits something named:

    auto task = fetch(std::move(options));
    auto result = co_await std::move(task);

or one of the scheduler's own waits, made in place: `co_await scheduler.sleep_for(pause)`.
"""

import re

WAITS = "sleep_for|sleep_until|wait_until|acquire|readable|writable"
# Word boundaries spare the name of an operator co_await.
AWAIT = re.compile(r"(?<!operator )\bco_await\b")
AWAITED = re.compile(rf"(std::move\(\w+\)|\w+|[\w.>()\-]*?[.>]({WAITS})\((?P<arguments>.*)\))", re.DOTALL)
TARGET = re.compile(r"((const\s+)?[\w:<>, ]+?\s[&*]?\w+\s*=|[\w.>\-]+\s*=)?")
FORBIDDEN = re.compile(r"\?|&&|\|\||\{|\[|\bco_await\b")
LAMBDA = re.compile(r"(?<![\w\])\[])\[(?!\[)(?P<captures>[^\[\]]+)\]\s*(\([^{};]*?\))?[^{};()]*\{")


def closing(code, position, pair="{}"):
    """The position of the bracket that closes the one at `position`."""
    depth = 0
    for index in range(position, len(code)):
        depth += (code[index] == pair[0]) - (code[index] == pair[1])
        if depth == 0:
            return index
    return len(code)


def before(code, position):
    """The part of the statement that stands before `position`; None when that is inside parentheses."""
    depth = 0
    start = position
    while start > 0:
        character = code[start - 1]
        if depth == 0 and character in ";{}":
            break
        depth += (character == ")") - (character == "(")
        if depth < 0:
            return None
        start -= 1
    return code[start:position]


def without_control(text):
    """`if (x)`, `else`, `for (...)`, a label, in front of a statement."""
    text = text.strip()
    while match := re.match(r"(if|while|for)\s*\(|else\b|case [^:]+:(?!:)|default:", text):
        end = closing(text, match.end() - 1, "()") + 1 if match.group(1) else match.end()
        text = text[end:].strip()
    return text


def check_await(source, position):
    code = source.code
    line = source.line_of(position)
    prefix = before(code, position)
    if prefix is None:
        yield line, "co_await inside a condition or an argument list: g++ 12 miscompiles that; name it first"
        return
    prefix = without_control(prefix)
    awaited = code[position + len("co_await") : code.find(";", position)].strip()
    if not TARGET.fullmatch(prefix) or prefix.startswith(("return", "co_return", "co_yield")):
        yield line, "co_await must be a whole statement or the whole initializer of a variable"
    match = AWAITED.fullmatch(awaited)
    if not match:
        yield line, "co_await a named task, std::move(task), or a wait of the scheduler; nothing made in place"
    elif match.group("arguments") and FORBIDDEN.search(match.group("arguments")):
        yield line, "no ?:, &&, ||, braces or lambda inside a co_await expression"


def check(source):
    code = source.code
    for match in AWAIT.finditer(code):
        yield from check_await(source, match.start())
    for match in LAMBDA.finditer(code):
        body = code[match.end() : closing(code, match.end() - 1)]
        if re.search(r"\bco_(await|return|yield)\b", body):
            yield source.line_of(match.start()), "a capturing lambda as a coroutine: its captures die before it ends"
    for match in re.finditer(r"\bTask<[^;{}()]*\(", code):
        parameters = code[match.end() : closing(code, match.end() - 1, "()")]
        if re.search(r"=\s*\{", parameters):
            yield source.line_of(match.start()), "no `= {}` default on a coroutine's parameter"
