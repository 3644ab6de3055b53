"""Source: one file as lint.py looks at it, with comments and literals blanked out."""

import functools
import re

# In this order: a quote inside a comment opens nothing, nor does // inside a string.
_BLANKED = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL,
)
_FUNCTION = re.compile(r"^(?!namespace|struct|class|enum|union|extern|}|#|\s)[^\n;]*\([^;{}]*\)[^;{}()]*\{\n(.*?)^\}", re.DOTALL | re.MULTILINE)


class Source:
    def __init__(self, path, text):
        self.path = path
        self.text = text

    @functools.cached_property
    def code(self):
        """The text with comments and literals replaced by blanks: same lines, same columns."""
        if not self.path.endswith((".cpp", ".hpp")):
            return self.text
        return _BLANKED.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), self.text)

    def line_of(self, position):
        return self.text.count("\n", 0, position) + 1

    def includes(self):
        """(line, name between the quotes or brackets)."""
        for match in re.finditer(r'^#\s*include\s*["<]([^">]+)[">]', self.text, re.MULTILINE):
            yield self.line_of(match.start()), match.group(1)

    def functions(self):
        """(line, lines of the body) of each function written at the start of a line."""
        if not self.path.endswith((".cpp", ".hpp")):
            return
        for match in _FUNCTION.finditer(self.code):
            yield self.line_of(match.start()), match.group(1).count("\n")
