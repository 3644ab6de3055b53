"""A kernel that lacks something: runs a command to whom some system calls say ENOSYS.

    python3 without_calls.py landlock nginx -c ...
"""
import ctypes
import errno
import os
import platform
import struct
import sys

SECCOMP = {"x86_64": 317, "aarch64": 277}
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, MODE_FILTER = 22, 38, 2
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def numbers(what):
    return {"landlock": [444, 445, 446], "seccomp": [SECCOMP.get(platform.machine())]}[what]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def lack(calls):
    """For this process and its descendants, on top of whatever confines them besides."""
    steps = [(LOAD, 0, 0, 0)]
    for number in calls:
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERRNO | errno.ENOSYS)]
    steps.append((RETURN, 0, 0, ALLOW))
    program = Program(len(steps), b"".join(struct.pack("=HBBI", *step) for step in steps))
    libc = ctypes.CDLL(None, use_errno=True)
    if os.getuid() != 0:
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        sys.exit(f"no filter: {os.strerror(ctypes.get_errno())}")


def without(what, command):
    """`command` on a kernel without "landlock", or without "seccomp"."""
    return [sys.executable, os.path.abspath(__file__), what, *command]


if __name__ == "__main__":
    lack(numbers(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
