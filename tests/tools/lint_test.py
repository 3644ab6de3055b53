"""Each rule of lint.py on a few lines that keep it and a few that break it."""

import io
import sys
import unittest

import lint
import lint_readme
from lint_source import Source


def found(path, text, *others):
    files = [Source(path, text)] + [Source(other, "// A header.\n#pragma once\n") for other in others]
    return [finding for finding in lint.findings(files) if finding.startswith(path + ":")]


class Layers(unittest.TestCase):
    def check(self, path, include, good):
        self.assertEqual(found(path, f"#include {include}\n") == [], good, f"{path}: {include}")

    def test_includes_point_down(self):
        self.check("common/store/a.cpp", '"common/base/text.hpp"', True)
        self.check("common/store/a.cpp", '"common/store/b.hpp"', True)
        self.check("common/store/a.cpp", '"common/renew/b.hpp"', False)
        self.check("common/base/a.cpp", '"common/crypto/key.hpp"', False)
        self.check("common/client/a.cpp", '"common/runtime/server.hpp"', False)
        self.check("common/misc/a.cpp", '"common/base/text.hpp"', False)

    def test_libraries_have_one_home(self):
        self.check("common/crypto/a.cpp", "<openssl/evp.h>", True)
        self.check("common/transport/a.cpp", "<openssl/evp.h>", False)
        self.check("common/json/a.cpp", "<jansson.h>", True)
        self.check("common/client/a.cpp", "<jansson.h>", False)
        self.check("common/client/a.cpp", "<curl/curl.h>", False)

    def test_common_knows_no_server(self):
        for header in ("<ngx_http.h>", "<httpd.h>", "<http_config.h>", "<apr_pools.h>", "<apr.h>", "<mod_ssl.h>"):
            self.check("common/runtime/a.cpp", header, False)
        self.check("common/runtime/a.cpp", '"mod_acme/load.hpp"', False)
        self.check("common/client/a.cpp", '"common/transport/http_client.hpp"', True)

    def test_the_glue_speaks_to_the_facade(self):
        self.check("mod_acme/a.cpp", "<httpd.h>", True)
        self.check("mod_acme/a.cpp", "<openssl/ssl.h>", True)
        self.check("mod_acme/a.cpp", "<openssl/evp.h>", False)
        self.check("mod_acme/a.cpp", '"ngx_acme/log.hpp"', False)
        self.check("mod_acme/a.cpp", '"common/store/store.hpp"', False)
        self.assertEqual(found("mod_acme/a.cpp", '#include "common/runtime/x.hpp"\n', "common/runtime/x.hpp"), [])


class Coroutines(unittest.TestCase):
    def check(self, body, good):
        text = "static Task<void> f() {\n  " + body + "\n}\n"
        self.assertEqual(found("common/client/a.cpp", text) == [], good, body)

    def test_the_safe_forms(self):
        for body in (
            "auto result = co_await std::move(task);",
            "const Wake wake = co_await scheduler.sleep_for(pause * 2);",
            "const Wake wake = co_await context_.scheduler->sleep_until(a.b(c));",
            "auto w = co_await a.changed().wait_until(until);",
            "const Wake wake = co_await descriptors.readable(fd, until);",
            "result.status = co_await std::move(task);",
            "co_await std::move(task);",
            "if (x) co_await wait;",
            "for (int i = 0; i < 3; ++i) co_await wait;",
            "result = co_await std::move(task);",
            "// if (co_await f())",
            'auto text = "if (co_await f())";',
        ):
            self.check(body, True)

    def test_the_forms_that_g12_miscompiles(self):
        for body in (
            "if (co_await ready()) return;",
            "while (!co_await f()) {}",
            "auto x = co_await fetch(Options{1});",
            "auto x = co_await fetch(y);",
            "auto x = a ? co_await b : c;",
            "auto x = a && co_await b;",
            "auto [a, b] = co_await std::move(task);",
            "auto x = T{co_await b};",
            "use(co_await std::move(task));",
            "co_return co_await std::move(task);",
            "auto x = co_await s.sleep_for(a ? b : c);",
            "auto x = co_await s.wait_until({});",
            "auto x = co_await std::move(f(1));",
            "auto x = (co_await std::move(task)).value();",
            "auto f = [&]() -> Task<void> { co_return; };",
            "auto f = [this](int a) mutable -> Task<int> {\n auto b = co_await std::move(c);\n co_return 1; };",
        ):
            self.check(body, False)

    def test_other_lambdas(self):
        self.check("auto f = [&](int a) { return a; };", True)
        self.check("auto f = []() -> Task<void> { co_return; };", True)
        self.check("x = a[i]; if (y) { co_return; }", True)
        self.assertEqual(len(found("common/client/a.cpp", "Task<int> f(std::stop_token stop = {});\n")), 1)


class Other(unittest.TestCase):
    def test_kill_has_its_places(self):
        self.assertEqual(len(found("mod_acme/a.cpp", "void f() { ::kill(pid, 1); }\n")), 1)
        self.assertEqual(len(found("ngx_acme/a.cpp", "void f() { if (kill(pid, 1)) return; }\n")), 1)
        self.assertEqual(found("mod_acme/signal.cpp", "void f() { ::kill(pid, 1); }\n"), [])
        self.assertEqual(found("mod_acme/a.cpp", "void f() { child.kill(); }\nvoid C::kill() const {}\n"), [])
        self.assertEqual(len(found("tests/x.py", "run(['pkill', '-f', name])\n")), 1)

    def test_sizes(self):
        self.assertEqual(len(found("common/base/a.cpp", "int x;\n" * 301)), 1)
        self.assertEqual(found("common/base/a.cpp", "int x;\n" * 300), [])
        self.assertEqual(found("common/base/a.cpp", "int f(int a) {\n" + "  a++;\n" * 40 + "}\n"), [])
        self.assertEqual(len(found("common/base/a.cpp", "int f(int a) {\n" + "  a++;\n" * 41 + "}\n")), 1)

    def test_headers_and_mirrors(self):
        self.assertEqual(len(found("common/base/a.hpp", "int x;\n")), 2)
        self.assertEqual(len(found("tests/unit/base/a_test.cpp", "int x;\n")), 1)
        self.assertEqual(found("tests/unit/base/a_test.cpp", "int x;\n", "common/base/a.hpp"), [])
        self.assertEqual(found("tests/unit/mod_acme/a_test.cpp", "int x;\n", "mod_acme/a.hpp"), [])

    def test_a_name_is_one_type(self):
        def header(path, line):
            return Source(path, "// A header.\n#pragma once\n" + line + "\n")
        one = header("common/base/a.hpp", "struct Facts {};")
        self.assertEqual(len(list(lint.findings([one, header("common/json/b.hpp", "struct Facts final {};")]))), 1)
        self.assertEqual(list(lint.findings([one, header("common/json/b.hpp", "struct Facts;")])), [])
        self.assertEqual(list(lint.findings([one, header("mod_acme/b.hpp", "struct Facts {};")])), [])

    def test_what_the_readme_names_is_there(self):
        there = [Source("tests/integration/test_a.py", "def test_b(self):\n    pass\n"),
                 Source("tests/unit/base/a_test.cpp", "int x;\n"), Source("tests/fuzz/a_fuzz.cpp", "int x;\n")]
        named = "`test_a`, `test_a.test_b`, `base/a_test`, `fuzz/a_fuzz`, `acme_certificate`, `make test`"
        self.assertEqual(list(lint_readme.check(named, there)), [])
        for wrong in ("`test_b`", "`test_a.test_c`", "`base/b_test`", "`fuzz/b_fuzz`"):
            self.assertEqual(len(list(lint_readme.check(wrong, there))), 1, wrong)

    def test_nothing_is_put_off(self):
        self.assertEqual(len(found("common/base/a.cpp", "// TO" "DO: later\n")), 1)


def main():
    """Says nothing unless something failed."""
    output = io.StringIO()
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    if not unittest.TextTestRunner(stream=output).run(suite).wasSuccessful():
        sys.exit(output.getvalue())


if __name__ == "__main__":
    main()
