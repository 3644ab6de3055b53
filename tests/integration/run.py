#!/usr/bin/env python3
"""Runs the integration tests: tests/integration/test_*.py, two files at a time, one line per test.

A test is a method of a unittest.TestCase, or a function test_*(); `time_limit = SECONDS` on a class or
function replaces the 60 s. The last line sums unit and integration tests: "N passed, N failed".
"""
import argparse
import concurrent.futures
import functools
import json
import os
import signal
import subprocess
import sys
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
# As harness/processes.py has it.
PATIENCE = float(os.environ.get("PATIENCE", "1"))
TIME_LIMIT = 60
FILE_LIMIT = 900 * PATIENCE
printing = threading.Lock()
started = set()


class Reporter(unittest.TestResult):
    """Inside the process of one file: a JSON line per finished test; ends a test after its time."""

    def startTest(self, test):
        super().startTest(test)
        self.began, self.bad, self.skipped_because = time.monotonic(), [], None
        method = getattr(test, test._testMethodName, None)
        function = getattr(test, "_testFunc", method)
        limit = getattr(function, "time_limit", getattr(test, "time_limit", TIME_LIMIT))
        signal.alarm(int(limit * PATIENCE))

    def addError(self, test, err):
        self._bad(test, err)

    def addFailure(self, test, err):
        self._bad(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._bad(subtest, err)

    def addUnexpectedSuccess(self, test):
        self.bad.append("passed, though marked as an expected failure")

    def addSkip(self, test, reason):
        self.skipped_because = reason

    def _bad(self, test, err):
        self.bad = getattr(self, "bad", [])
        self.bad.append(self._exc_info_to_string(err, test))
        if not hasattr(self, "began"):  # set-up of a whole class
            self.began, self.skipped_because = time.monotonic(), None
            self.stopTest(test)
            del self.began

    def stopTest(self, test):
        signal.alarm(0)
        print(json.dumps({"test": test.id(), "seconds": time.monotonic() - self.began, "bad": "\n".join(self.bad),
                          "skipped": self.skipped_because, "notes": getattr(test, "notes", [])}), file=sys.__stdout__,
              flush=True)


def on_alarm(*_):
    raise TimeoutError("the test's time is up")


def on_terminate(*_):
    raise SystemExit(1)


def run_file(path):
    """In a process of its own. What tests print goes to stderr, the pipe is for reports."""
    signal.signal(signal.SIGALRM, on_alarm)
    signal.signal(signal.SIGTERM, on_terminate)
    sys.path[:0] = [HERE, os.path.dirname(os.path.abspath(path))]
    sys.stdout = sys.stderr
    name = os.path.splitext(os.path.basename(path))[0]
    module = __import__(name)
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    for key, value in vars(module).items():
        if key.startswith("test_") and callable(value) and getattr(value, "__module__", "") == name:
            suite.addTest(unittest.FunctionTestCase(value, description=f"{name}.{key}"))
    unittest.FunctionTestCase.id = lambda self: self._description
    suite.run(Reporter())


def run_in_process(path, limit=FILE_LIMIT, show_notes=False):
    """(passed, failed) of one file. A test's `notes` are lines to show below its own."""
    process = subprocess.Popen([sys.executable, os.path.join(HERE, "run.py"), "--file", path],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    started.add(process)
    late = threading.Timer(limit, process.terminate)
    late.start()
    errors = []
    reader = threading.Thread(target=lambda: errors.append(process.stderr.read()), daemon=True)
    reader.start()
    passed = failed = seen = 0
    for line in process.stdout:
        report = json.loads(line)
        seen += 1
        word = "FAILED " if report["bad"] else "skipped" if report["skipped"] else "ok     "
        passed += word == "ok     "
        failed += word == "FAILED "
        with printing:
            print(f"{word} {report['test']} ({report['seconds']:.1f} s){' ' + report['skipped'] if report['skipped'] else ''}")
            for note in report["notes"] if show_notes or report["bad"] else ():
                print("        " + note)
            if report["bad"]:
                print(report["bad"])
            sys.stdout.flush()
    status = process.wait()
    late.cancel()
    reader.join(5)
    started.discard(process)
    if status != 0 or not seen:
        failed += 1
        with printing:
            print(f"FAILED  {os.path.basename(path)} (ended with {status} after {seen} tests)")
    if errors and errors[0] and (failed or os.environ.get("VERBOSE")):
        with printing:
            print(errors[0].decode(errors="replace"), flush=True)
    return passed, failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="files whose name holds one of these, with commas between")
    parser.add_argument("--file")
    parser.add_argument("--totals", default="", help="files with what ran before, with spaces between")
    parser.add_argument("--check-status", type=int, default=0, help="status of what ran before")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", default=HERE)
    parser.add_argument("--file-limit", type=int, default=FILE_LIMIT, help="seconds")
    parser.add_argument("--notes", action="store_true", help="show what tests noted, also of those that passed")
    arguments = parser.parse_args()
    if arguments.file:
        run_file(arguments.file)
        return 0
    signal.signal(signal.SIGTERM, on_terminate)
    passed = failed = 0
    for path in filter(os.path.exists, arguments.totals.split()):
        with open(path, encoding="ascii") as file:
            totals = json.load(file)
        passed, failed = passed + totals["passed"], failed + totals["failed"]
    if arguments.check_status and not failed:
        failed = 1
        print("FAILED  make check or make: see above")
    files = [os.path.join(arguments.folder, name) for name in sorted(os.listdir(arguments.folder))
             if name.startswith("test_") and name.endswith(".py") and any(part in name for part in arguments.only.split(","))]
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=arguments.jobs)
    try:
        run = functools.partial(run_in_process, limit=arguments.file_limit, show_notes=arguments.notes)
        for good, bad in pool.map(run, files):
            passed, failed = passed + good, failed + bad
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in list(started):
            process.terminate()
        raise
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
