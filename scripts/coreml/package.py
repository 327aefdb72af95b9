"""Opens a Core ML package with Apple's coremltools, which runs on Linux too, and holds it to what Apple's tools expect."""

import json
import pathlib
import re

import coremltools as ct
from coremltools import libmodelpackage
from coremltools.converters.mil.frontend.milproto.load import load as load_program
from coremltools.proto import MIL_pb2, Model_pb2

_identifier = re.compile(r"[A-Za-z_][A-Za-z0-9_@]*\Z")
# Of arrays in the description, and of tensors in the program.
_types = {65568: MIL_pb2.FLOAT32, 65552: MIL_pb2.FLOAT16, 131104: MIL_pb2.INT32}


class Wrong(Exception):
    pass


def _require(condition, what):
    if not condition:
        raise Wrong(what)


def _read(path):
    _require(libmodelpackage.ModelPackage.isValid(str(path)), "is no model package")
    # From the JSON: coremltools' own class would write the manifest anew.
    manifest = json.loads((path / "Manifest.json").read_text())
    root = path / "Data" / manifest["itemInfoEntries"][manifest["rootModelIdentifier"]]["path"]
    model = Model_pb2.Model()
    model.ParseFromString(root.read_bytes())
    _require(model.WhichOneof("Type") == "mlProgram", "holds no ML Program")
    known = Model_pb2.Model()
    known.CopyFrom(model)
    known.DiscardUnknownFields()
    _require(model.ByteSize() == known.ByteSize(), "holds fields that Apple's schema does not know")
    return model, root.parent / "weights"


def _check(model):
    """What the loader does not look at: versions, names, and the description beside the program."""
    version = model.specificationVersion
    (name, function), = model.mlProgram.functions.items()
    _require(name == "main", f"has the function {name}, expected main")
    number = int(function.opset.removeprefix("CoreML"))
    _require(number <= version - 1, f"is {function.opset} in specification version {version}")
    block = function.block_specializations[function.opset]
    features = list(model.description.input) + list(model.description.output)
    for feature in features:
        is_half = feature.type.multiArrayType.dataType == 65552
        _require(not is_half or version >= 7, f"has the float16 array {feature.name} before specification version 7")
    results = [(value.name, value.type.tensorType) for operation in block.operations for value in operation.outputs]
    declared = [(value.name, value.type.tensorType) for value in function.inputs] + results
    names = [name for name, _ in declared]
    _require(len(set(names)) == len(names), "has a name twice")
    for name in names:
        _require(_identifier.match(name), f"has the name {name!r}")
    tensors = dict(declared)
    for feature in features:
        tensor, array = tensors[feature.name], feature.type.multiArrayType
        sizes = [dimension.constant.size for dimension in tensor.dimensions]
        _require(sizes == list(array.shape) and tensor.dataType == _types[array.dataType],
                 f"describes {feature.name} otherwise than its program does")
    _require({value.name for value in model.description.input} == {value.name for value in function.inputs},
             "describes other inputs than its program has")
    _require({value.name for value in model.description.output} == set(block.outputs),
             "describes other outputs than its program has")
    for operation in block.operations:
        expected = {"name", "val"} if operation.type == "const" else {"name"}
        _require(set(operation.attributes) == expected, f"has attributes of {operation.outputs[0].name}")


def open_package(path):
    """The model's message, and its program as coremltools loads it: its types are inferred anew, its weights read."""
    path = pathlib.Path(path)
    model, weights = _read(path)
    _check(model)
    program = load_program(model, specification_version=model.specificationVersion, file_weights_dir=str(weights))
    return model, program


def exported_again(path, program, again):
    """Has coremltools write the program it has loaded to `again`; the weight files of both packages."""
    model = ct.convert(
        program, convert_to="mlprogram", minimum_deployment_target=ct.target.iOS16,
        compute_precision=ct.precision.FLOAT32, skip_model_load=True,
        # So that batch norms stay where they are.
        pass_pipeline=ct.PassPipeline.EMPTY)
    model.save(str(again))
    relative = pathlib.Path("Data/com.apple.CoreML/weights/weight.bin")
    return (pathlib.Path(path) / relative).read_bytes(), (pathlib.Path(again) / relative).read_bytes()
