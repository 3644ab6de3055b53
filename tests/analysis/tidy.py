#!/usr/bin/env python3
"""clang-tidy over every source, side by side. A file that was clean is looked at again once it, a header of ours that it
includes, .clang-tidy or the flags have changed. Last line: "N passed, N failed", in files."""
import argparse
import concurrent.futures
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = shutil.which("clang-tidy-16") or shutil.which("clang-tidy")


def sources():
    return sorted(os.path.relpath(os.path.join(folder, name), ROOT) for part in ("common", "ngx_acme", "mod_acme")
                  for folder, _, names in os.walk(os.path.join(ROOT, part)) for name in names if name.endswith(".cpp"))


def with_headers(path, found=None):
    """The file and all of ours that it includes, by whatever way: {path: text}."""
    found = {} if found is None else found
    full = os.path.join(ROOT, path)
    if path not in found and os.path.exists(full):
        with open(full, encoding="utf-8") as file:
            found[path] = file.read()
        for name in re.findall(r'^#include "([^"]+)"', found[path], re.MULTILINE):
            with_headers(name, found)
    return found


def look(path, flags, stamps):
    """What clang-tidy has against one file; "" for nothing."""
    with open(os.path.join(ROOT, ".clang-tidy"), encoding="utf-8") as file:
        all_of_it = repr((sorted(with_headers(path).items()), file.read(), flags))
    key = hashlib.sha256(all_of_it.encode()).hexdigest()
    stamp = os.path.join(stamps, path.replace("/", "_"))
    if os.path.exists(stamp):
        with open(stamp, encoding="ascii") as file:
            if file.read() == key:
                return ""
    done = subprocess.run([PROGRAM, "--quiet", path, "--", *shlex.split(flags)], cwd=ROOT, capture_output=True, text=True,
                          errors="replace", check=False)
    if done.returncode == 0 and not done.stdout.strip():
        with open(stamp, "w", encoding="ascii") as file:
            file.write(key)
        return ""
    return done.stdout or done.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stamps", required=True)
    parser.add_argument("--flags", required=True)
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    os.makedirs(arguments.stamps, exist_ok=True)
    passed = failed = 0
    files = arguments.files or sources()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, said in zip(files, pool.map(lambda path: look(path, arguments.flags, arguments.stamps), files)):
            passed, failed = passed + (not said), failed + bool(said)
            if said:
                print(f"FAILED  {path}\n{said}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
