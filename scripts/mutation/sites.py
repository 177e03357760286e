"""Where C++ sources can be changed, and into what. Leans on the project's format: binary operators stand between
spaces, template brackets do not. What it misreads does not compile, and is left out then (tree.py)."""
import bisect
import dataclasses
import hashlib
import re

RELATIONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
OTHERS = {"+": "-", "-": "+", "*": "+", "/": "*", "&&": "||", "||": "&&"}
RANK = {
    "*": 5,
    "/": 5,
    "%": 5,
    "+": 6,
    "-": 6,
    "<<": 7,
    ">>": 7,
    "<": 9,
    "<=": 9,
    ">": 9,
    ">=": 9,
    "==": 10,
    "!=": 10,
    "&": 11,
    "^": 12,
    "|": 13,
    "&&": 14,
    "||": 15,
}
ENDS = {
    "?",
    ":",
    "=",
    "+=",
    "-=",
    "*=",
    "/=",
    "%=",
    "|=",
    "&=",
    "<<=",
    ">>=",
    ";",
    ",",
    "return",
    "throw",
    "else",
    "case",
}
OPERATOR = re.compile(r"(?<= )(<=|>=|<|>|==|!=|\+|-|\*|/|&&|\|\|)(?=[ \n])")
NUMBER = re.compile(r"(?<![\w.'<])\d[\d']*(?:\.\d+)?(?:[uUlL]*)(?![\w.'>])")
BOOLEAN = re.compile(r"(?<= )(true|false)(?=[;,)}])")
EXTREME = re.compile(r"\bstd::(min|max)((?:<[\w:]+>)?)\(")
CHECK = re.compile(r"\b(if|while) \(")
CALL = re.compile(
    r"(?<=[;{}\n])\n( +)((?!return|throw|delete|case|using|static|else|do|goto|break)"
    r"[a-z_*(][^\s(]*\([^;{}]*\));(?=\n)"
)
ASSIGNED = re.compile(
    r"(?<=[;{}\n])\n( +)([a-z_*][\w.\->\[\]():*]*(?: [-+*/|&]?= [^;{}]*)|" r"(?:\+\+|--)[\w.\->\[\]()*]+);(?=\n)"
)
STEP = re.compile(r"(?<= )(\+=|-=)(?= )")
PAIRS = {"(": ")", "[": "]", "{": "}"}
CLOSES = {closing: opening for opening, closing in PAIRS.items()}
TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.']*|::|->|<<=|>>=|<=|>=|==|!=|&&|\|\||[-+*/%|&^]=|<<|>>|\+\+|--|\S")


@dataclasses.dataclass
class Site:
    """One change: the code from start to end becomes `changed` where `{0}` is the mutant's switch."""

    file: str
    start: int
    end: int
    changed: str
    line: int
    code: str  # the line as it stands, without its indentation
    change: str  # in words; with `file` and `code` the site's name
    kind: str

    def key(self):
        return self.file, self.code, self.change

    def order(self, seed):
        """A place in a drawn order that changes elsewhere leave as it is."""
        return hashlib.sha256("\0".join((str(seed), *self.key())).encode()).hexdigest()


def without_text(source):
    """The source with comments, strings and directives as spaces, each character in its place."""

    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))

    def quiet(match):
        text = match.group(0)
        return text if len(text) < 3 else text[0] + re.sub(r"[^\n]", "_", text[1:-1]) + text[-1]

    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'(?!\w)', re.DOTALL
    )
    text = pattern.sub(lambda m: blank(m) if m.group(0)[0] == "/" else quiet(m), source)
    return re.sub(r"^ *#(?:[^\n]*\\\n)*[^\n]*", blank, text, flags=re.MULTILINE)


class Source:
    def __init__(self, file, text):
        self.file, self.text, self.code = file, text, without_text(text)
        self.tokens = [(m.start(), m.group(0)) for m in TOKEN.finditer(self.code)]
        self.starts = [start for start, _ in self.tokens]
        self.partner = self._partners()
        self.lines = [0] + [m.end() for m in re.finditer("\n", text)]
        self.fixed = self._fixed()

    def _partners(self):
        partner, open_ones = {}, []
        for i, (_, token) in enumerate(self.tokens):
            if token in PAIRS:
                open_ones.append(i)
            elif token in CLOSES and open_ones:
                partner[i] = open_ones.pop()
                partner[partner[i]] = i
        return partner

    def _fixed(self):
        """Ranges that the compiler has to know, in which nothing can be switched."""
        ranges = []
        for match in re.finditer(r"\b(constexpr|static_assert|enum|template|using|operator|case)\b", self.code):
            if match.group(1) == "constexpr" and self.code[: match.start()].endswith("if "):
                i = bisect.bisect_left(self.starts, match.end())
                ranges.append((match.start(), self.starts[self.partner.get(i, i)]))
                continue
            at = match.start()
            stop = re.compile(
                r":(?!:)"
                if match.group(1) == "case"
                else r"[;{>]"
                if match.group(1) == "template"
                else r"\("
                if match.group(1) == "operator"
                else r"[;{]"
            ).search(self.code, match.end())
            end = stop.end() if stop else len(self.code)
            if stop and stop.group(0) == "{":
                i = bisect.bisect_left(self.starts, stop.start())
                end = self.starts[self.partner.get(i, i)]
            ranges.append((at, end))
        return ranges

    def is_fixed(self, at):
        return any(start <= at < end for start, end in self.fixed)

    def line_of(self, at):
        return bisect.bisect_right(self.lines, at)

    def line_text(self, at):
        line = self.line_of(at)
        end = self.lines[line] if line < len(self.lines) else len(self.text)
        return self.text[self.lines[line - 1] : end].strip()

    def index(self, at):
        return bisect.bisect_left(self.starts, at)

    def end_of(self, i):
        return self.tokens[i][0] + len(self.tokens[i][1])

    def spaced(self, i):
        """Is this token an operator of two operands?"""
        at, token = self.tokens[i]
        return self.code[at - 1] == " " and self.code[at + len(token) : at + len(token) + 1] in (" ", "\n")

    def left(self, i, rank):
        """Where the left operand of the operator at token i begins."""
        first = i
        j = i - 1
        while j >= 0:
            token = self.tokens[j][1]
            if token in CLOSES:
                following = self.tokens[first][1]
                if token == "}" and first != i and not re.match(r"[.\-+*/<>=&|\[(]", following):
                    break
                if j not in self.partner:
                    return None
                j = self.partner[j]
            elif token in PAIRS or token in ENDS or token in RANK and self.spaced(j) and RANK[token] > rank:
                break
            first = j
            j -= 1
        return self.tokens[first][0] if first < i else None

    def right(self, i, rank):
        """Where the right operand of the operator at token i ends."""
        j = i + 1
        last = i
        while j < len(self.tokens):
            token = self.tokens[j][1]
            if token in PAIRS:
                if j not in self.partner:
                    return None
                j = self.partner[j]
            elif token in CLOSES or token in ENDS or token in RANK and self.spaced(j) and RANK[token] >= rank:
                break
            last = j
            j += 1
        return self.end_of(last) if last > i else None


def replaced(source, start, end, changed, at, change, kind):
    text = source.text[start:end]
    return Site(
        source.file,
        start,
        end,
        f"({{0}} ? ({changed}) : ({text}))".replace("{0}", "\0"),
        source.line_of(at),
        source.line_text(at),
        change,
        kind,
    )


def operators(source):
    for match in OPERATOR.finditer(source.code):
        at, token = match.start(), match.group(1)
        if source.is_fixed(at):
            continue
        i = source.index(at)
        start, end = source.left(i, RANK[token]), source.right(i, RANK[token])
        if start is None or end is None:
            continue
        other = {**RELATIONS, **OTHERS}[token]
        left, right = source.text[start:at], source.text[at + len(token) : end]
        if token == "+" and re.search(r'"|to_string|format\(|_text\(|_words\(', left + right):
            continue  # of text: nothing else can be done with it
        yield replaced(
            source,
            start,
            end,
            left + other + right,
            at,
            f"{token} becomes {other}",
            "relation" if token in RELATIONS else "logic" if token in ("&&", "||") else "arithmetic",
        )
        if token in "+-" and right.strip() == "1":
            yield replaced(source, start, end, left, at, f"{token} 1 left out", "bound")
        if token in ("<", "<=", ">", ">="):
            yield replaced(
                source, start, end, left + token + right + " - 1", at, f"bound of {token} less by 1", "bound"
            )


def numbers(source):
    for match in NUMBER.finditer(source.code):
        before = source.code[: match.start()]
        if source.is_fixed(match.start()) or re.search(r"virtual[^;]*$|\[$|get<$", before[-120:]):
            continue
        text = match.group(0)
        yield replaced(
            source, match.start(), match.end(), text + " + 1", match.start(), f"{text} becomes {text} + 1", "constant"
        )
    for match in BOOLEAN.finditer(source.code):
        if not source.is_fixed(match.start()):
            other = "false" if match.group(1) == "true" else "true"
            yield replaced(
                source,
                match.start(),
                match.end(),
                other,
                match.start(),
                f"{match.group(1)} becomes {other}",
                "constant",
            )


def extremes(source):
    for match in EXTREME.finditer(source.code):
        i = source.index(match.end() - 1)
        if source.is_fixed(match.start()) or i not in source.partner:
            continue
        end = source.end_of(source.partner[i])
        name = match.group(1)
        other = "max" if name == "min" else "min"
        changed = f"std::{other}" + source.text[match.start() + len("std::min") : end]
        yield replaced(source, match.start(), end, changed, match.start(), f"{name} becomes {other}", "extreme")


def checks(source):
    for match in CHECK.finditer(source.code):
        i = source.index(match.end() - 1)
        if source.is_fixed(match.start()) or i not in source.partner:
            continue
        start, end = match.end(), source.starts[source.partner[i]]
        inner = [j for j in range(i + 1, source.partner[i])]
        depth, declares, semicolon = 0, False, None
        for j in inner:
            token = source.tokens[j][1]
            depth += (token in PAIRS) - (token in CLOSES)
            if depth == 0 and token == ";":
                semicolon, declares = source.tokens[j][0], False
            declares = declares or depth == 0 and token == "="
        if declares:
            continue
        if semicolon is not None:
            start = semicolon + 2
        text = source.text[start:end]
        name, line = f"{match.group(1)} ({' '.join(text.split())[:60]})", source.line_of(match.start())
        code = source.line_text(match.start())
        yield Site(source.file, start, end, f"!\0 && ({text})", line, code, f"{name} never", "check")
        if match.group(1) == "if":
            yield Site(source.file, start, end, f"\0 || ({text})", line, code, f"{name} always", "check")


def statements(source):
    """Calls and assignments left out; only where the statement before has ended."""
    for pattern, what in ((CALL, "call"), (ASSIGNED, "assignment")):
        position = 0
        while match := pattern.search(source.code, position):
            position = match.end() - 1
            start = match.start(2)
            before = source.code[: match.start() + 1].rstrip()
            if source.is_fixed(start) or before[-1:] not in ";{}" or not source.file.endswith(".cpp"):
                continue
            text = source.text[start : match.end()]
            yield Site(
                source.file,
                start,
                match.end(),
                f"if (!\0) {{ {text} }}",
                source.line_of(start),
                source.line_text(start),
                f"{what} left out",
                what,
            )


def named_sites(path, read):
    """[[site…]…] of named.txt, each change of one site or more; of each piece of code the first in its file."""
    found = []
    for block in re.split(r"\n(?== )", path.read_text())[1:]:
        name, *places = re.split(r"\n@ ", block)
        change = []
        for place in places:
            file, old, new = re.fullmatch(r"(\S+)\n- (.*)\n\+ (.*)", place.strip()).groups()
            text = read(file)
            if old not in text:
                raise SystemExit(f"{path}: {file} has no {old}")
            at = text.index(old)
            source = Source(file, text)
            change.append(
                Site(
                    file,
                    at,
                    at + len(old),
                    new.replace("SWITCH", "\0"),
                    source.line_of(at),
                    source.line_text(at),
                    name[2:].strip(),
                    "named",
                )
            )
        found.append(change)
    return found


def sites_of(file, text):
    source = Source(file, text)
    found, names = [], {}
    for make in (operators, numbers, extremes, checks, statements):
        found += make(source)
    found.sort(key=lambda site: (site.start, site.end, site.change))
    for site in found:  # the same change twice in equal lines
        count = names[site.key()] = names.get(site.key(), 0) + 1
        if count > 1:
            site.change += f" (number {count})"
    return found
