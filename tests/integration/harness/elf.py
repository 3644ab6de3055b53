"""What a built file (ELF) says about its own hardening, as binutils' readelf and nm show it.

    faults = elf.BuiltFile(path).faults(exports={"acme_module"})   # [] when all is as it must be
"""
import re
import subprocess

# Of these no module has a need, and each has ended in a hole of somebody's: no shell, no unbounded copy, no guessable
# temporary file, no library loaded by name.
UNWANTED_CALLS = {"system", "popen", "wordexp", "gets", "strcpy", "strcat", "sprintf", "vsprintf", "tmpnam", "tempnam",
                  "mktemp", "dlopen"}


def _shown(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout


class BuiltFile:
    def __init__(self, path):
        self.path = path
        self.dynamic = _shown("readelf", "-Wd", path)
        self.segments = re.findall(r"^ +([A-Z_]+) +(?:0x[0-9a-f]+ +){5}([RWE ]{3}) ", _shown("readelf", "-Wl", path), re.M)
        self.needed = set(re.findall(r"\(NEEDED\).*\[(.+)\]", self.dynamic))

    def symbols(self, which):
        """Names in the dynamic symbol table, without versions: "--defined-only" or "--undefined-only"."""
        return {line.split()[-1].split("@")[0] for line in _shown("nm", "-D", which, self.path).splitlines()}

    def faults(self, exports=None, program=False, without=()):
        """One sentence per fault. `exports`: all that a module may export; `without`: libraries it must not bring."""
        return [sentence for sentence, bad in (*self._loading(program), *self._memory(), *self._compiled()) if bad] + \
            self._strays(exports, without)

    def _loading(self, program):
        flags = " ".join(re.findall(r"\((?:FLAGS|FLAGS_1)\) +(.*)", self.dynamic))
        kind = re.search(r"Type: +(\w+) \((.*)\)", _shown("readelf", "-Wh", self.path))
        yield "binds lazily: the table of addresses stays writable", not {"BIND_NOW", "NOW"} & set(flags.split())
        yield "names a folder to load libraries from (RPATH, RUNPATH)", "PATH)" in self.dynamic
        if program:
            yield "is at a fixed address (no PIE)", kind.group(1) != "DYN" or "PIE" not in flags.split()
        else:
            yield "may be unloaded (no NODELETE)", "NODELETE" not in flags.split()
            yield "lets the server's symbols replace its own (no -Bsymbolic)", "SYMBOLIC" not in flags.split()

    def _memory(self):
        by_name = dict(self.segments)
        yield "has an executable stack", "E" in by_name.get("GNU_STACK", "E")
        yield "has no part that is read-only after loading (no RELRO)", "GNU_RELRO" not in by_name
        yield "has a segment both writable and executable", any("W" in f and "E" in f for _, f in self.segments)
        yield "changes its code while loading (text relocations)", "TEXTREL" in self.dynamic

    def _compiled(self):
        called = self.symbols("--undefined-only")
        yield "was compiled without stack protector", "__stack_chk_fail" not in called
        yield "was compiled without _FORTIFY_SOURCE", not any(re.fullmatch(r"__\w+_chk", name) for name in called)

    def _strays(self, exports, without):
        found = []
        if exports is not None:
            found += [f"exports {name}" for name in sorted(self.symbols("--defined-only") - exports)]
            found += [f"does not export {name}" for name in sorted(exports - self.symbols("--defined-only"))]
        found += [f"brings {name}" for name in sorted(self.needed) if name.startswith(tuple(without))]
        return found + [f"calls {name}()" for name in sorted(self.symbols("--undefined-only") & UNWANTED_CALLS)]


def without_branch_protection(archive):
    """Object files without the note of -fcf-protection (CET on x86). The linked file has it only where the system's own
    start files do, which Debian 12's do not."""
    members = re.split(r"^File: ", _shown("readelf", "-Wn", archive), flags=re.M)[1:]
    assert members, f"{archive} is empty"
    return [text.splitlines()[0] for text in members if not re.search(r"x86 feature:.*IBT.*SHSTK", text)]
