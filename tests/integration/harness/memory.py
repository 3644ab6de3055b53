"""What is in another process's memory, as root may look: which of some values, and where."""
import os
import re
import subprocess


def writable(pid):
    """(begin, end, flags) of the mappings that a process writes to; the kernel's flags: "dd" is in no core dump, "lo" locked."""
    begin = None
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as file:
        for line in file:
            place = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if place:
                begin, end = (int(number, 16) for number in place.groups())
            elif re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                begin = None
            elif line.startswith("VmFlags:") and begin is not None:
                yield begin, end, set(line.split()[1:])


def found_in(pid, values):
    """[(name, flags of the mapping)] of those of `values` ({name: bytes}) that are there now; [] when it has ended."""
    found = []
    try:
        mappings = list(writable(pid))
        memory = open(f"/proc/{pid}/mem", "rb", buffering=0)
    except (FileNotFoundError, ProcessLookupError):
        return []
    with memory:
        for begin, end, flags in mappings:
            try:
                memory.seek(begin)
                content = memory.read(end - begin)
            except (OSError, OverflowError):
                continue
            found += [(name, flags) for name, value in values.items() if value in content]
    return found


def core_of(pid, folder):
    """The bytes of a core file of a running process."""
    path = os.path.join(folder, "core")
    subprocess.run(["gdb", "-q", "-batch", "-nx", "-p", str(pid), "-ex", "set auto-solib-add off", "-ex", f"gcore {path}"],
                   capture_output=True, timeout=120, check=False)
    with open(path, "rb") as file:
        return file.read()


def number_of(pem):
    """The secret number of an EC key, as in DER."""
    text = subprocess.run(["openssl", "pkey", "-noout", "-text"], input=pem, capture_output=True, check=True).stdout.decode()
    digits = re.search(r"priv:\s*([0-9a-f:\s]+)pub:", text)[1]
    return bytes.fromhex("".join(digits.split()).replace(":", ""))[-32:]


def looks_of(pem):
    """How a private key may lie in memory: as PEM, and its number as in DER or as OpenSSL calculates with it."""
    number = number_of(pem)
    middle = max(pem.splitlines()[1:-1], key=len)
    return {"its PEM": middle[20:60], "its number": number, "its number as limbs": number[::-1]}
