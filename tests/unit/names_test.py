"""A type's name is given once: two types of one name in one namespace break C++'s one-definition rule as soon as a
program has both.
Usage: names_test.py SOURCE_FOLDER
"""
import collections
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
TOKEN = re.compile(
    r"namespace\s*([\w:]*)\s*\{|\b(?:struct|class|enum\s+class|enum)\s+(\w+)(?:\s+final)?\s*(?::[^;{()]*)?\{|[{}]"
)


def without_text(source):
    source = re.sub(r"//[^\n]*", "", source)
    source = re.sub(r'R"\((.*?)\)"', '""', source, flags=re.S)
    source = re.sub(r'"(\\.|[^"\\\n])*"', '""', source)
    return re.sub(r"'(\\.|[^'\\\n])'", "' '", source)


def types(source):
    """Full names of the types that other files could see."""
    scopes = []
    for token in TOKEN.finditer(without_text(source)):
        if token.group() == "}":
            if scopes:
                scopes.pop()
        elif token.group().startswith("namespace"):
            scopes.append(token.group(1) or None)
        else:
            if token.group(2) and all(scopes):
                yield "::".join([*scopes, token.group(2)])
            scopes.append(None)


files = [path for folder in ("sim", "models", "tests") for path in sorted((root / folder).rglob("*.[ch]pp"))]
defined = collections.defaultdict(set)
for path in files:
    for name in types(path.read_text(encoding="utf-8")):
        defined[name].add(str(path.relative_to(root)))
assert "rowflow::Plan" in defined and "rowflow::test::NetworkBuilder" in defined, "types are no longer found"
twice = {name: places for name, places in defined.items() if len(places) > 1}
for name, places in sorted(twice.items()):
    print(f"{name} is defined in {', '.join(sorted(places))}")
print(f"{len(defined)} types in {len(files)} files, {len(twice)} names given twice")
sys.exit(1 if twice else 0)
