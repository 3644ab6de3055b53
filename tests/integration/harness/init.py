"""The first process of a test server's own pid namespace: starts it and collects the dead.

Ends when no process is left, with the exit status of the one it started. On SIGTERM, which also
comes when the test program dies, it ends every descendant: without a namespace (no right to make
one) nothing else would.
"""
import ctypes
import os
import signal
import sys

PR_SET_CHILD_SUBREAPER = 36


def descendants():
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                    parents[int(entry)] = int(stat.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                pass
    found, generation = [], {os.getpid()}
    while generation:
        generation = {pid for pid, parent in parents.items() if parent in generation}
        found += generation
    return found


def end_all(*_):
    for pid in descendants():
        if pid > 1:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass


def main():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, end_all)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, setsigdef=[signal.SIGINT, signal.SIGPIPE])
    status = 1
    while True:
        try:
            pid, how = os.wait()
        except ChildProcessError:
            return status
        if pid == child:
            status = os.waitstatus_to_exitcode(how)
            status = status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
