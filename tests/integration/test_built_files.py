"""The files that `make` builds are hardened and export nothing but the module: seen in the files, not in the flags."""
import os
import platform
import re
import shutil
import subprocess
import unittest

from harness import Workspace, elf, places

# nginx has one libssl and libcrypto, its own, perhaps linked into it: the module must not bring a second one.
TLS_LIBRARIES = ("libssl.", "libcrypto.")
HARMLESS = "#include <string.h>\nint f(const char* s, int n) { char t[64]; memcpy(t, s, n); return strlen(t); }\n"
SOUND = ("-O2", "-fstack-protector-all", "-D_FORTIFY_SOURCE=2", "-fPIC", "-shared", "-Wl,-Bsymbolic",
         "-Wl,-z,relro,-z,now,-z,nodelete,-z,noexecstack")


class BuiltFiles(unittest.TestCase):
    def built(self, name):
        return os.path.join(places.BUILD, name)

    def test_nginx_module(self):
        exports = {"ngx_modules", "ngx_module_names", "ngx_module_order"}
        self.assertEqual([], elf.BuiltFile(self.built("ngx_http_acme_module.so")).faults(exports, without=TLS_LIBRARIES))

    def test_apache_module(self):
        self.assertEqual([], elf.BuiltFile(self.built("mod_acme.so")).faults({"acme_module"}))

    def test_acmectl(self):
        program = elf.BuiltFile(self.built("acmectl"))
        self.assertEqual([], program.faults(program=True))
        # What a program must export of the C++ library so that both use one copy; nothing of ours.
        self.assertEqual([], [name for name in program.symbols("--defined-only") if "4acme" in name])

    @unittest.skipUnless(platform.machine() == "x86_64", "another machine has other notes")
    def test_branch_protection(self):
        self.assertEqual([], elf.without_branch_protection(self.built("release/libacme.a")))


class TheCheckItself(unittest.TestCase):
    """Each fault is seen in a file that has it."""

    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)

    def faults(self, *flags, source=HARMLESS, base=SOUND, **how):
        path = self.space.file("made.so")
        subprocess.run(["gcc", "-xc", "-", "-o", path, *base, *flags], input=source, text=True, check=True)
        return elf.BuiltFile(path).faults(**how)

    def test_a_sound_file_passes(self):
        self.assertEqual([], self.faults(exports={"f"}))

    def test_linked_carelessly(self):
        for flags, fault in ((("-Wl,-z,lazy",), "binds lazily"), (("-Wl,-z,norelro",), "no RELRO"),
                             (("-Wl,-z,execstack",), "executable stack"), (("-Wl,-rpath,/tmp/x",), "RPATH"),
                             (("-Wl,--no-as-needed", "-lm"), "brings libm")):
            with self.subTest(flags=flags):
                self.assertRegex("\n".join(self.faults(*flags, without=("libm.",))), re.escape(fault))

    def test_flags_forgotten(self):
        for forgotten, fault in (("-fstack-protector-all", "stack protector"), ("-D_FORTIFY_SOURCE=2", "_FORTIFY_SOURCE"),
                                 (SOUND[-1], "NODELETE"), ("-Wl,-Bsymbolic", "Bsymbolic")):
            with self.subTest(forgotten=forgotten):
                self.assertRegex("\n".join(self.faults(base=[f for f in SOUND if f != forgotten])), fault)
        self.assertRegex("\n".join(self.faults("-no-pie", source=HARMLESS + "int main(void) { return f(\"\", 1); }", program=True,
                                               base=[f for f in SOUND if f not in ("-shared", "-fPIC")])), "no PIE")

    @unittest.skipUnless(platform.machine() == "x86_64", "written in its assembler")
    def test_code_that_may_change(self):
        relocated = '__asm__(".text\\n movabs $f, %rax\\n");'
        self.assertRegex("\n".join(self.faults("-Wl,-z,notext", source=HARMLESS + relocated)), "text relocations")
        writable = '__asm__(".section .both,\\"awx\\"\\n ret\\n .text\\n");'
        self.assertRegex("\n".join(self.faults(source=HARMLESS + writable)), "both writable and executable")

    def test_strays(self):
        self.assertEqual(["exports f", "does not export g"], self.faults(exports={"g"}))
        source = HARMLESS + "int system(const char*); void g(void) { system(\"true\"); }"
        self.assertEqual(["calls system()"], self.faults(source=source))

    @unittest.skipUnless(platform.machine() == "x86_64", "another machine has other notes")
    def test_branch_protection(self):
        archive = self.space.file("made.a")
        for name, protection in (("with", "full"), ("bare", "none")):
            subprocess.run(["gcc", "-xc", "-", "-c", "-o", self.space.file(f"{name}.o"), f"-fcf-protection={protection}"],
                           input=HARMLESS, text=True, check=True)
        subprocess.run([shutil.which("ar"), "rcs", archive, self.space.file("with.o"), self.space.file("bare.o")], check=True)
        self.assertEqual([f"{archive}(bare.o)"], elf.without_branch_protection(archive))
