"""Makes small.onnx and the runs of it that ONNX Runtime answers.

Two branches, so that inputs of one shape cannot be swapped unseen; every kind of operation the generators use but
addition. Needs numpy, onnx and onnxruntime: python3 make.py
"""

import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

folder = pathlib.Path(__file__).parent
random = np.random.default_rng(328)


def weights(name, *shape, low=-0.5, high=0.5):
    return numpy_helper.from_array(random.uniform(low, high, shape).astype(np.float32), name)


initializers = [
    weights("conv.weight", 8, 3, 3, 3),
    weights("conv.bias", 8),
    weights("depthwise.weight", 8, 1, 3, 3),
    weights("bn.weight", 8, low=0.8, high=1.2),
    weights("bn.bias", 8, low=-0.1, high=0.1),
    weights("bn.mean", 8, low=-0.1, high=0.1),
    weights("bn.variance", 8, low=0.5, high=1.5),
    weights("last.weight", 2, 11, 1, 1, low=-2, high=2),
    numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "scales"),
]
nodes = [
    helper.make_node(
        "Conv", ["first", "conv.weight", "conv.bias"], ["conv"], pads=[1, 1, 1, 1], strides=[2, 2]),
    helper.make_node("Conv", ["conv", "depthwise.weight"], ["depthwise"], pads=[1, 1, 1, 1], group=8),
    helper.make_node(
        "BatchNormalization", ["depthwise", "bn.weight", "bn.bias", "bn.mean", "bn.variance"], ["bn"], epsilon=1e-5),
    helper.make_node("Relu", ["bn"], ["relu"]),
    helper.make_node(
        "Resize", ["relu", "", "scales"], ["up"], mode="linear", coordinate_transformation_mode="align_corners"),
    helper.make_node("Concat", ["up", "second"], ["joined"], axis=1),
    helper.make_node("Conv", ["joined", "last.weight"], ["last"]),
    helper.make_node("Sigmoid", ["last"], ["output"]),
]
shape = [1, 3, 12, 16]
graph = helper.make_graph(
    nodes, "small",
    [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("first", "second")],
    [
        helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 2, 12, 16]),
        helper.make_tensor_value_info("relu", TensorProto.FLOAT, [1, 8, 6, 8]),
    ],
    initializers)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="framegen")
onnx.checker.check_model(model, full_check=True)
data = model.SerializeToString()
(folder / "small.onnx").write_bytes(data)

session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
for run in range(2):
    inputs = {name: random.uniform(0, 1, shape).astype(np.float32) for name in ("first", "second")}
    output, relu = session.run(["output", "relu"], inputs)
    # float32, little-endian: the inputs, then the outputs.
    (folder / f"small_run{run}.f32").write_bytes(
        b"".join(tensor.astype("<f4").tobytes() for tensor in (inputs["first"], inputs["second"], output, relu)))
