"""A layer kind, a key or a row pattern of which a part is missing does not compile. Usage: missing_part_test.py
COMPILER SOURCE_FOLDER

Each case edits a copy of the sources as somebody would who forgets the part, and reads what the compiler says.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

compiler, source = sys.argv[1], pathlib.Path(sys.argv[2])
ENUM = "  local_response_norm,\n  end\n"
CASES = [
    # what is forgotten, file edited, text, its replacement, file compiled, what the compiler says (nothing: it must
    # compile)
    ("nothing", "sim/network/layer_kinds.cpp", "one{1, 1}", "one{1, 1}", "sim/network/layer_kinds.cpp", None),
    (
        "the descriptor of a new type",
        "sim/network/network_config.hpp",
        ENUM,
        "  local_response_norm,\n  softmax,\n  end\n",
        "sim/network/layer_kinds.cpp",
        "a LayerType has no descriptor",
    ),
    (
        "the counting",
        "sim/network/layer_kinds.cpp",
        "same_shape, count_layer_norm}",
        "same_shape}",
        "sim/network/layer_kinds.cpp",
        "LayerKind",
    ),
    (
        "the shape",
        "sim/network/layer_kinds.cpp",
        "same_shape, count_layer_norm}",
        "nullptr, count_layer_norm}",
        "sim/network/layer_kinds.cpp",
        "lacks a part",
    ),
    (
        "the row of a new key",
        "sim/network/layer_keys.hpp",
        "  weight_bits,\n  end\n",
        "  weight_bits,\n  axis,\n  end\n",
        "sim/network/layer_keys.cpp",
        "a LayerKey has no row",
    ),
    (
        "the lowering of a new pattern",
        "sim/network/layer_kinds.hpp",
        "  end\n};\ninline constexpr std::size_t row_pattern_count",
        "  transposed,\n  end\n};\ninline constexpr std::size_t row_pattern_count",
        "sim/compile/lower_layers.cpp",
        "a RowPattern has no lowering",
    ),
]

failures = 0
for forgotten, file, text, replacement, compiled, expected in CASES:
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        shutil.copytree(source / "sim", copy / "sim", ignore=shutil.ignore_patterns("page", "cli", "explore", "import"))
        old = (copy / file).read_text()
        if text not in old:
            sys.exit(f"{file}: the text to edit is no longer there: {text!r}")
        (copy / file).write_text(old.replace(text, replacement, 1))
        run = subprocess.run(
            [compiler, "-std=c++17", "-fsyntax-only", "-I", folder, str(copy / compiled)],
            capture_output=True,
            text=True,
        )
    good = run.returncode == 0 if expected is None else run.returncode != 0 and expected in run.stderr
    if not good:
        failures += 1
        print(f"without {forgotten}: exit status {run.returncode}, expected {expected!r} in:\n{run.stderr[:2000]}")
print(f"{len(CASES)} cases, {failures} failures")
sys.exit(1 if failures else 0)
