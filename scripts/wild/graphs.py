"""ONNX graphs looked at without the program: shapes as ONNX Runtime finds them, MACs, squeeze-and-excite blocks, and
the tiled network computed part by part. For scripts/wild_table.py."""
import json
import math
import pathlib
import re
import subprocess

import numpy
import onnx

WINDOWS = {"Conv", "ConvInteger", "QLinearConv"}
PRODUCTS = {"Gemm", "MatMul", "MatMulInteger", "QLinearMatMul"}
# Operators whose answer depends on shapes alone.
SHAPES = {"Shape", "Size", "ConstantOfShape"}
POOLS = {"GlobalAveragePool", "ReduceMean", "ReduceSum", "AveragePool"}
COPIES = {"Expand", "Tile", "Resize", "Upsample"}


class Runtime:
    """ONNX Runtime in a process of node's that stays."""

    def __init__(self, root, folder):
        self.folder, self.count = pathlib.Path(folder), 0
        command = ["node", pathlib.Path(__file__).with_name("runtime.mjs"), pathlib.Path(root) / "package.json"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def file(self, values):
        self.count += 1
        path = self.folder / f"in{self.count}.bin"
        path.write_bytes(numpy.ascontiguousarray(values, dtype=numpy.float32).tobytes())
        return [str(path), list(values.shape)]

    def run(self, model, feeds, values=True):
        """All outputs, as arrays or (values=False) as shapes; RuntimeError says what ONNX Runtime refuses."""
        path = self.folder / "model.onnx"
        onnx.save(model, str(path))
        job = {"model": str(path), "feeds": {n: self.file(v) for n, v in feeds.items()}}
        job["folder"] = str(self.folder) if values else None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"][0])
        if not values:
            return {name: dims for name, (_, dims) in answer.items()}
        read = {n: numpy.fromfile(f, dtype=numpy.float32).reshape(d) for n, (f, d) in answer.items() if f}
        for used in self.folder.glob("*.bin"):
            used.unlink()
        return read


def plain(name):
    """The same for a node and for the layer that it became."""
    return re.sub(r"[^A-Za-z0-9.-]+", "_", name).strip("_")


def untyped(name):
    info = onnx.ValueInfoProto()
    info.name = name
    return info


class Graph:
    """A model with the shape of every value for an input of `size` (height, width), where its own is open."""

    def __init__(self, path, size, runtime):
        self.model, self.runtime = onnx.load(str(path)), runtime
        graph = self.model.graph
        self.nodes = list(graph.node)
        for node in self.nodes:  # a number format, not a computation
            if node.domain in ("onnx.brevitas", "qonnx.custom_op.general") and node.op_type == "Quant":
                node.domain, node.op_type = "", "Identity"
                del node.input[1:], node.attribute[:]
        self.stored = {tensor.name: tensor for tensor in graph.initializer}
        self.inputs = [i for i in graph.input if i.name not in self.stored]
        self.producer = {name: node for node in self.nodes for name in node.output if name}
        self.feeds = {i.name: self.image(i, size) for i in self.inputs}
        self.dims = {name: list(tensor.dims) for name, tensor in self.stored.items()}
        self.dims.update({name: list(values.shape) for name, values in self.feeds.items()})
        whole = onnx.ModelProto()
        whole.CopyFrom(self.model)
        del whole.graph.output[:]
        whole.graph.output.extend(untyped(name) for name in self.producer)
        self.dims.update(runtime.run(whole, self.feeds, values=False))
        self.data = set(self.feeds)  # values that depend on an input's numbers
        for node in self.nodes:
            if node.op_type not in SHAPES and any(name in self.data for name in node.input):
                self.data.update(node.output)

    @staticmethod
    def image(value, size):
        dims = [d.dim_value for d in value.type.tensor_type.shape.dim]
        if len(dims) == 4 and size:
            channels_last = dims[3] in (1, 3) and dims[1] not in (1, 3)
            dims[1:3] if channels_last else dims[2:]
            dims = [1, *size, dims[3]] if channels_last else [1, dims[1] or 3, *size]
        dims = [d if d > 0 else 1 for d in dims]
        return numpy.random.default_rng(1).uniform(-1, 1, dims).astype(numpy.float32)

    def elements(self, name):
        """Of one frame: rowflow reads a batch of any size as one."""
        batch = next(iter(self.feeds.values())).shape[0] if name in self.data else 1
        return math.prod(self.dims[name]) // max(1, batch if self.dims[name][:1] == [batch] else 1)

    def until(self, ends):
        """The nodes that lead to layers of these names, which are their nodes' with a network's characters; all of
        them where there are none."""
        if not ends:
            return self.nodes
        wanted = {plain(end) for end in ends}
        waiting = [node.output[0] for node in self.nodes if plain(node.name or node.output[0]) in wanted]
        needed = set()
        while waiting:
            node = self.producer.get(waiting.pop())
            if node is not None and id(node) not in needed:
                needed.add(id(node))
                waiting.extend(node.input)
        return [node for node in self.nodes if id(node) in needed]

    def macs(self, ends):
        """Of convolutions and of products with stored values, in front of these ends."""
        total = 0
        for node in self.until(ends):
            if not any(name in self.data for name in node.input):
                continue
            place = 3 if node.op_type.startswith("QLinear") else 1
            if node.op_type in WINDOWS:
                total += self.elements(node.output[0]) * math.prod(self.dims[node.input[place]][1:])
            elif node.op_type == "ConvTranspose":
                total += self.elements(node.input[0]) * math.prod(self.dims[node.input[1]][1:])
            elif node.op_type in PRODUCTS:
                left, right = node.input[0], node.input[place]
                if left in self.data and right in self.data:
                    continue
                turned = any(a.name == "transA" and a.i for a in node.attribute)
                total += self.elements(node.output[0]) * self.dims[left][-2 if turned else -1]
        return total

    def is_vector(self, name):
        """One value a channel, for any map."""
        dims = self.dims.get(name, [])
        return name in self.data and self.elements(name) > 0 and self.elements(name) == max(dims[1:], default=0)

    def gates(self):
        """Squeeze-and-excite blocks, as (map, pooled map, result): every product of a map with a vector that comes from
        one average pool over the whole map, by way of matrices or convolutions, one at least, that mix all channels."""
        found = []
        for node in self.nodes:
            if node.op_type != "Mul" or not all(name in self.data for name in node.input):
                continue
            for gate, map_ in (tuple(node.input), tuple(reversed(node.input))):
                if len(self.dims[map_]) < 4 or self.elements(map_) < 2 * self.elements(self.before_copies(gate)):
                    continue
                pools, dense = self.squeezed(self.before_copies(gate))
                if dense and len(pools) == 1:
                    found.append((map_, self.before_views(pools.pop()), node.output[0]))
                    break
        return found

    def before_copies(self, name):
        """The gate before it is repeated for every pixel."""
        while name in self.producer and self.producer[name].op_type in COPIES:
            name = self.producer[name].input[0]
        return name

    def before_views(self, name):
        while name in self.producer and self.producer[name].op_type in ("Reshape", "Flatten", "Transpose"):
            name = self.producer[name].input[0]
        return name

    def squeezed(self, gate):
        """What a vector is pooled from, and whether a matrix lies between; nothing where it is no vector."""
        sources, dense, waiting, seen = set(), False, [gate], set()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.data:
                continue
            seen.add(name)
            node = self.producer.get(name)
            if node is None or not self.is_vector(name):
                return set(), False
            if node.op_type in POOLS and not self.is_vector(node.input[0]):
                sources.add(node.input[0])
                continue
            if node.op_type in PRODUCTS or node.op_type in WINDOWS:
                dense = dense or self.dims[node.input[1]][0] > 1
            waiting.extend(node.input)
        return sources, dense

    def part(self, known, wanted):
        """The nodes between values that are known and one that is wanted, as a model; copies of one value for every
        pixel are left to what reads them."""
        needed, waiting, inputs = set(), [wanted], []
        while waiting:
            name = waiting.pop()
            if name in known:
                if name not in inputs:
                    inputs.append(name)
            elif name in self.producer and id(self.producer[name]) not in needed:
                needed.add(id(self.producer[name]))
                waiting.extend(self.producer[name].input)
        model = onnx.ModelProto(ir_version=self.model.ir_version, opset_import=self.model.opset_import)
        model.graph.name = "part"
        model.graph.node.extend(node for node in self.nodes if id(node) in needed)
        for node in model.graph.node:
            if node.op_type in COPIES and self.is_vector(node.input[0]):
                node.op_type = "Identity"
                del node.input[1:], node.attribute[:]
        read = {name for node in model.graph.node for name in node.input}
        model.graph.initializer.extend(tensor for name, tensor in self.stored.items() if name in read)
        for name in inputs:
            info = untyped(name)
            info.type.tensor_type.elem_type = onnx.TensorProto.FLOAT
            model.graph.input.append(info)
        model.graph.output.append(untyped(wanted))
        return model, inputs

    def tiled(self, rows, outputs):
        """The network's outputs where every squeeze-and-excite block, as it stands in the file, is run on each tile of
        `rows` rows by itself. ValueError where a block cannot be."""
        known = dict(self.feeds)

        def value(name):
            if name not in known:
                model, inputs = self.part(known, name)
                known[name] = self.runtime.run(model, {i: known[i] for i in inputs})[name]
            return known[name]

        for map_, pooled, scaled in self.gates():
            value(map_), value(pooled)
            model, inputs = self.part(known, scaled)
            maps = {name: known[name] for name in inputs}
            # Channels last where the gate's are.
            axis = 1 if self.channels_last(map_, scaled) else 2
            heights = {values.shape[axis] if values.ndim == 4 else 0 for values in maps.values()}
            if len(heights) != 1 or 0 in heights:
                raise ValueError("a block that reads more than maps of one height")
            cuts = range(rows, heights.pop(), rows)
            parts = zip(*(numpy.split(values, cuts, axis) for values in maps.values()))
            tiles = [self.runtime.run(model, dict(zip(maps, part)))[scaled] for part in parts]
            known[scaled] = numpy.concatenate(tiles, axis)
        return {name: value(name) for name in outputs}

    def channels_last(self, map_, scaled):
        gate = next(name for name in self.producer[scaled].input if name != map_)
        dims = self.dims[self.before_copies(gate)]
        return len(dims) == 4 and dims[3] == self.dims[map_][3] and dims[1] == 1 and dims[3] > 1
