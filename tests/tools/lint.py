#!/usr/bin/env python3
"""Checks what the compiler does not: layers, coroutine forms, sizes, where kill() may be called.

`make lint` runs it over the whole tree; a finding is `file:line: what is wrong`, and any makes it fail.
The rules are explained in the README's section on development.
"""

import pathlib
import re
import sys

import lint_coroutines
import lint_readme
from lint_source import Source

# Includes point down only; those in one row are peers and do not include each other.
LAYERS = [
    {"base"},
    {"crypto", "json"},
    {"protocol", "config"},
    {"transport", "store", "dns"},
    {"dns_provider"},
    {"challenge", "renew", "report"},
    {"control", "client", "preflight"},
    {"runtime"},
]
RANK = {layer: rank for rank, row in enumerate(LAYERS) for layer in row}
GLUE = {"mod_acme", "ngx_acme"}
# Which parts of common/ the glue speaks to; what their headers include it may include too.
FACADE = {"base", "config", "runtime"}
GLUE_OPENSSL = {"openssl/ssl.h", "openssl/tls1.h", "openssl/err.h", "openssl/x509.h"}
SERVER_HEADER = re.compile(r"(ngx_\w+|nginx|httpd|http_\w+|apr_?\w*|ap_\w+|util_\w+|scoreboard|mpm_common|mod_\w+)\.h$")
LIBRARY_HOME = {"openssl/": "crypto", "jansson": "json", "curl/": "transport", "idn2": "base", "ldns/": "dns"}

MAX_FILE = 300
MAX_TEST_FILE = 500  # tests are tables in the main
MAX_FUNCTION = 40
# Tables: one row per item, nothing to understand but the rows.
TABLES = {"common/protocol/advice_texts.hpp"}
MAY_KILL = {"common/base/signal.cpp", "mod_acme/signal.cpp", "ngx_acme/signal.cpp", "tests/unit/ngx_acme/second_master_test.cpp"}
SUFFIXES = {".cpp", ".hpp", ".py", ".mk"}
ROOTS = ("common", "mod_acme", "ngx_acme", "tests")


def sources(top):
    for root in ROOTS:
        for path in sorted((top / root).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield Source(path.relative_to(top).as_posix(), path.read_text(encoding="utf-8"))


def layer_of(path):
    """"store" for common/store/...; "" for what lies outside common/."""
    parts = path.split("/")
    return parts[1] if parts[0] == "common" and len(parts) > 2 else ""


def exposed_to_glue(all_sources):
    """The headers of FACADE and all that they include, directly or not."""
    includes = {s.path: [i for _, i in s.includes()] for s in all_sources if s.path.endswith(".hpp")}
    todo = [path for path in includes if layer_of(path) in FACADE]
    seen = set()
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo += includes.get(path, [])
    return seen


def check_common_include(source, line, included):
    layer = layer_of(source.path)
    if layer not in RANK:
        yield line, f"common/{layer} is no layer of the design"
        return
    if SERVER_HEADER.search(included) and not included.startswith("common/"):
        yield line, f"{included}: common/ knows no server"
    for prefix, home in LIBRARY_HOME.items():
        if included.startswith(prefix) and layer != home:
            yield line, f"{included} belongs into common/{home} only"
    other = layer_of(included)
    if included.split("/")[0] in GLUE | {"tests"}:
        yield line, f"{included}: common/ includes nothing from there"
    if other and other != layer and RANK.get(other, 99) >= RANK[layer]:
        yield line, f"{included}: {layer} may include only what lies below it"


def check_glue_include(source, line, included, exposed):
    if included.startswith("common/") and included not in exposed:
        yield line, f"{included}: the glue speaks to common/{{{','.join(sorted(FACADE))}}} only"
    if included.split("/")[0] in GLUE - {source.path.split("/")[0]}:
        yield line, f"{included}: one server's glue knows nothing of the other's"
    if included.startswith(("jansson", "curl/")):
        yield line, f"{included}: no JSON and no HTTP in the glue"
    if included.startswith("openssl/") and included not in GLUE_OPENSSL:
        yield line, f"{included}: of OpenSSL the glue knows the TLS part only"


def check_includes(source, exposed):
    top = source.path.split("/")[0]
    for line, included in source.includes():
        if top == "common":
            yield from check_common_include(source, line, included)
        elif top in GLUE:
            yield from check_glue_include(source, line, included, exposed)


def check_header(source):
    if not source.path.endswith(".hpp"):
        return
    if not source.text.startswith("//"):
        yield 1, "a header begins with what it is and why it exists"
    if "#pragma once" not in source.text:
        yield 1, "#pragma once is missing"


def check_sizes(source):
    lines = source.text.count("\n")
    limit = MAX_TEST_FILE if source.path.startswith("tests/unit/") else MAX_FILE
    if lines > limit and source.path not in TABLES:
        yield limit, f"{lines} lines: what is the second idea of this file?"
    if source.path.startswith("tests/unit/"):
        return  # the length of a test is that of its table
    for start, length in source.functions():
        if length > MAX_FUNCTION:
            yield start, f"a function of {length} lines; {MAX_FUNCTION} are the most"


def check_words(source):
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", line):
            yield number, "do it, or write an issue"


def check_kill(source):
    if source.path.endswith((".py", ".mk")):
        # Python's tests run isolated and know their pids; a name matches a stranger's process as well.
        call = re.compile(r"\b(pkill|killall|os\.killpg)\b")
    else:
        call = re.compile(r"(?<![\w.>~:])(::)?(kill|killpg)\(")
    if source.path in MAY_KILL or source.path.startswith("tests/tools/lint"):
        return
    for number, line in enumerate(source.code.splitlines(), 1):
        if call.search(line) and not re.search(r"\bvoid kill\(", line):
            yield number, "signals are sent in one place only: a wrong pid there ends every process"


def check_mirror(source, paths):
    """tests/unit/store/file_io_test.cpp tests common/store/file_io; file_io_rename_test.cpp would, too."""
    match = re.fullmatch(r"tests/unit/(.+)_test\.cpp", source.path)
    if not match:
        return
    stem = match.group(1) if match.group(1).split("/")[0] in GLUE else "common/" + match.group(1)
    tested = {stem[:end] for end in (*(m.start() for m in re.finditer("_", stem)), len(stem))}
    if not any(one + suffix in paths for one in tested for suffix in (".hpp", ".cpp")):
        yield 1, f"there is no {stem}.hpp that this could test"


def check_one_meaning(all_sources):
    """Two types of one name in two headers: the linker takes the functions of either for both, and says nothing."""
    first = {}
    for source in all_sources:
        if not source.path.startswith("common/") or not source.path.endswith(".hpp"):
            continue
        for match in re.finditer(r"^(?:struct|class|enum class) (\w+)[^;{]*\{", source.code, re.MULTILINE):
            other = first.setdefault(match.group(1), source.path)
            if other != source.path:
                line = source.code.count("\n", 0, match.start()) + 1
                yield f"{source.path}:{line}: {match.group(1)} is another type in {other}"


def findings(all_sources):
    yield from check_one_meaning(all_sources)
    paths = {source.path for source in all_sources}
    exposed = exposed_to_glue(all_sources)
    for source in all_sources:
        found = [check_words(source), check_sizes(source), check_kill(source)]
        if source.path.endswith((".cpp", ".hpp")):
            found += [check_includes(source, exposed), check_header(source), check_mirror(source, paths)]
            found += [lint_coroutines.check(source)]
        for check in found:
            for line, what in check:
                yield f"{source.path}:{line}: {what}"


def main():
    top = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    all_sources = list(sources(top))
    found = list(findings(all_sources))
    found += lint_readme.check((top / "README.md").read_text(encoding="utf-8"), all_sources)
    for finding in found:
        print(finding)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
