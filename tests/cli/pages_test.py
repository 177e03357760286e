"""The pages say what is there: paths and links exist, rules are cited by the files named for them, the rooms are the
script's.
Usage: pages_test.py SOURCE_FOLDER
"""
import importlib.util
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
complaints = []
named = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/guide.md",
    "docs/screens.md",
    "docs/trust.md",
    "docs/speed.md",
    "tests/README.md",
    "CHANGELOG.md",
)
pages = [root / name for name in named if (root / name).exists()]
assert len(pages) >= 7, "the pages are gone"


sources = {
    path.name
    for folder in ("sim", "models", "tests", "scripts", "configs", "docs")
    for path in (root / folder).rglob("*")
}


def exists(page, name):
    """A path in the repository, beside the page, or below tests/; a bare name: anywhere."""
    if "/" not in name and name in sources:
        return True
    return any((base / name).exists() for base in (root, page.parent, root / "tests"))


for page in pages:
    text = page.read_text(encoding="utf-8")
    where = page.relative_to(root)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target and not (page.parent / target).exists():
            complaints.append(f"{where}: links to {target}, which is not there")
    for name in re.findall(r"`([A-Za-z_][\w./-]*\.(?:hpp|cpp|py|sh|json|mjs|md))`", text):
        if not exists(page, name):
            complaints.append(f"{where}: names {name}, which is not there")

architecture = (root / "docs/architecture.md").read_text(encoding="utf-8")

# The rows of "Where is …" that name rules: each rule stands in one of the files, or in its header.
found = set()
for what, files in re.findall(r"^\| (T\d.*?) \| (.*?) \|$", architecture, re.M):
    named = [root / name for name in re.findall(r"`([^`]+)`", files)]
    texts = [
        path.with_suffix(end).read_text(encoding="utf-8")
        for path in named
        for end in (".hpp", ".cpp")
        if path.with_suffix(end).exists()
    ]
    for rule in re.findall(r"T\d+", what):
        found.add(rule)
        ranges = [range(int(a), int(b) + 1) for text in texts for a, b in re.findall(r"\bT(\d+)–T(\d+)", text)]
        if not any(re.search(rf"\b{rule}\b", text) for text in texts) and not any(int(rule[1:]) in r for r in ranges):
            complaints.append(f"docs/architecture.md: none of {files} cites {rule}")
missing = {f"T{n}" for n in range(1, 17)} - found
if missing:
    complaints.append(f"docs/architecture.md does not say where {', '.join(sorted(missing))} is")

# The rooms and what they may include.
spec = importlib.util.spec_from_file_location("check_includes", root / "scripts/check_includes.py")
check_includes = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_includes)
table = {
    room: [name for name in allowed.split(", ") if name]
    for room, allowed in re.findall(
        r"^\| `([\w/]+)` \| .*? \|\s*(.*?)\s*\|$", architecture.split("<!-- rooms -->")[1].split("##")[0], re.M
    )
}
for room, allowed in check_includes.ALLOWED.items():
    if not set(allowed) <= set(table.get(room, [])) or room not in table:
        complaints.append(
            f"docs/architecture.md: the row of room {room} should say it may include: {', '.join(allowed) or 'nothing'}"
        )

print("\n".join(complaints) or f"{len(pages)} pages")
sys.exit(1 if complaints else 0)
