"""What another program of the servers' own user gets to see: run as that user, it prints one line for each thing that
worked. First it looks into a process of its own, without which the rest would say nothing."""
import ctypes
import errno
import os
import subprocess
import sys

from .server import as_user

PTRACE_ATTACH, PTRACE_DETACH, PTRACE_SEIZE = 16, 17, 0x4206


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def look(pid):
    """The ways in that are open."""
    libc = ctypes.CDLL(None, use_errno=True)
    for name in ("mem", "maps", "environ", "auxv", "fd", "map_files", "stack", "pagemap"):
        path = f"/proc/{pid}/{name}"
        try:
            if os.path.isdir(path):
                os.listdir(path)
            else:
                os.close(os.open(path, os.O_RDONLY))
            yield name
        except OSError:
            pass
    for name in ("root", "cwd", "exe"):
        try:
            os.readlink(f"/proc/{pid}/{name}")
            yield name
        except OSError:
            pass
    room = ctypes.create_string_buffer(16)
    local = Piece(ctypes.cast(room, ctypes.c_void_p), 16)
    for remote in (Piece(0x400000, 16), Piece(0x1000, 16)):
        got = libc.process_vm_readv(pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
        # EFAULT: it may, there is only nothing there.
        if got >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ESRCH):
            yield "process_vm_readv"
            break
    for name, request in (("attach", PTRACE_ATTACH), ("seize", PTRACE_SEIZE)):
        if libc.ptrace(request, pid, None, None) == 0:
            os.waitpid(pid, 0x40000000) if request == PTRACE_ATTACH else None
            libc.ptrace(PTRACE_DETACH, pid, None, None)
            yield name


def main(pids):
    own = subprocess.Popen(["sleep", "60"])
    print("own:", *look(own.pid))
    own.kill()
    for pid in pids:
        print(f"{pid}:", *look(int(pid)))


def opened(user, pids):
    """{pid: the ways in}, and under 0 those into a process of the intruder's own."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); from harness.intruder import main; main(sys.argv[2:])"
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    done = subprocess.run(as_user(user) + [sys.executable, "-c", code, here, *map(str, pids)], capture_output=True,
                          text=True, timeout=60, check=True, cwd="/")
    found = {}
    for line in done.stdout.splitlines():
        who, _, ways = line.partition(":")
        found[0 if who == "own" else int(who)] = set(ways.split())
    return found
