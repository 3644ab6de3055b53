#!/usr/bin/env python3
"""Runs fuzz targets for so long each, as many at a time as there are processors, and tells what they found.

    run.py --build DIR --seconds N TARGET...

Seeds are tests/fuzz/corpus/<target>/ and tests/fuzz/regressions/<target>/; what libFuzzer adds to them goes to
DIR/corpus/<target>/, where a later run goes on; inputs that broke a target to DIR/crashes/<target>/.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path("tests/fuzz")
LONGEST_INPUT = 8192
# Of what makes much of each byte: shorter ones that are many see more. Reckoning which of ten thousand places are rare
# would take as long as running them.
LONGEST = {"ca_conversation": 1024, "certificate": 4096, "configuration": 2048, "notices": 4096, "problem": 4096,
           "status_index": 4608, "status_records": 4096}
SLOWEST_INPUT = 10  # seconds
MEMORY_MB = 2048
GRACE = 120  # seconds beyond the given ones, for reading a grown corpus


def command(build, target, seconds):
    corpus, crashes = build / "corpus" / target, build / "crashes" / target
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    seeds = [folder for folder in (HERE / "corpus" / target, HERE / "regressions" / target) if folder.is_dir()]
    dictionary = HERE / f"{target}.dict"
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST.get(target, LONGEST_INPUT)}", f"-timeout={SLOWEST_INPUT}",
               f"-rss_limit_mb={MEMORY_MB}", "-print_final_stats=1", "-print_funcs=0", "-reload=0", "-detect_leaks=0",
               f"-entropic={int(target not in LONGEST)}", f"-artifact_prefix={crashes}/"]
    if dictionary.exists():
        options.append(f"-dict={dictionary}")
    return [str(build / f"{target}_fuzz"), *options, str(corpus), *map(str, seeds)]


def environment():
    """Leaks are looked for once, at the end: OpenSSL keeps what it makes at first use, for which libFuzzer would look after
    each of a thousand inputs. What a target writes goes to memory, not to the disk."""
    chosen = {"ASAN_OPTIONS": "detect_leaks=1:malloc_context_size=4:quarantine_size_mb=32"}
    if os.access("/dev/shm", os.W_OK):
        chosen["TMPDIR"] = "/dev/shm"
    # What makes addresses in reports lines of source: LLVM's own program, else that of binutils.
    found = [path for path in map(shutil.which, ("llvm-symbolizer-16", "llvm-symbolizer", "addr2line")) if path]
    if found:
        chosen["ASAN_SYMBOLIZER_PATH"] = found[0]
    return {**os.environ, **chosen}


def last_number(pattern, text):
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def run(build, target, seconds):
    """(target, executions, coverage, features, inputs that broke it, output)"""
    before = set((build / "crashes" / target).glob("*"))
    try:
        done = subprocess.run(command(build, target, seconds), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=seconds + GRACE, check=False, env=environment())
        output, status = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as late:
        output, status = (late.stdout or b"").decode(errors="replace") + "\nnot ended in time\n", 1
    (build / f"{target}.log").write_text(output, encoding="utf-8")
    found = sorted(set((build / "crashes" / target).glob("*")) - before)
    return (target, last_number(r"stat::number_of_executed_units:\s*(\d+)", output) or last_number(r"#(\d+)\t", output),
            last_number(r"cov: (\d+)", output), last_number(r"ft: (\d+)", output), found, status, output)


def tell_finding(build, target, found, output):
    """What broke, and how to see it again."""
    reasons = [line for line in output.splitlines()
               if "SUMMARY:" in line or re.match(r"\S+\.[ch]pp:\d+:", line) or "not ended in time" in line]
    for line in reasons[:4] or output.splitlines()[-10:]:
        print(f"    {line}")
    for path in found:
        print(f"    again: {build}/{target}_fuzz {path}")
        print(f"    keep:  mkdir -p {HERE}/regressions/{target} && cp {path} {HERE}/regressions/{target}/WHAT-IT-IS")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("targets", nargs="+")
    arguments = parser.parse_args()
    width = max(map(len, arguments.targets))
    print(f"{'target':{width}} {'executions':>12} {'coverage':>9} {'features':>9}  findings", flush=True)
    passed = failed = executions = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        jobs = [pool.submit(run, arguments.build, target, arguments.seconds) for target in arguments.targets]
        for job in concurrent.futures.as_completed(jobs):
            target, executed, coverage, features, found, status, output = job.result()
            bad = status != 0 or executed == 0
            passed, failed, executions = passed + (not bad), failed + bad, executions + executed
            print(f"{target:{width}} {executed:12,} {coverage:9,} {features:9,}  {max(len(found), bad)}", flush=True)
            if bad:
                tell_finding(arguments.build, target, found, output)
    print(f"{executions:,} executions")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
