"""Runs a program that coremltools has loaded on Core AI, the runtime for networks that Apple ships for Linux too.

Each of the program's operations is said in Core AI's own terms; what it has not got in one piece, such as padding within
a convolution, is put together.
"""

import inspect
from typing import Annotated

import coreai.authoring as authoring
import coreai.runtime as runtime
import numpy as np
from coreai.authoring.constant import constant
from coremltools.converters.mil.mil import types


def _numbers(values):
    return np.array(values, np.uint32)


def _conv(result, x, weight, bias=None, strides=(1, 1), pad_type="valid", pad=(), dilations=(1, 1), groups=1):
    if pad_type == "custom" and any(pad):
        # Before and after each dimension in turn; batch and channels are not padded.
        x = authoring.pad(x, _numbers([0, 0, 0, 0, *pad]), np.zeros((), weight.dtype))
    y = authoring.conv2d(x, constant(weight), _numbers(strides), _numbers(dilations), _numbers(groups))
    return y if bias is None else authoring.broadcasting_add(y, constant(bias.reshape(1, -1, 1, 1)))


def _upsample_bilinear(result, x, scale_factor_height, scale_factor_width, align_corners):
    assert bool(align_corners)
    scales, offsets = [1.0, 1.0], [0.0, 0.0]
    for size, factor in zip(result.shape[2:], (scale_factor_height, scale_factor_width)):
        # The corners' centres stay where they are: size − 1 steps out of size / factor − 1.
        scale = (size - 1) / (size / float(factor) - 1)
        scales.append(scale)
        offsets.append((1 - scale) / 2)
    return authoring.interpolate(
        x, np.array(result.shape, np.int32), np.array(scales, np.float32), np.array(offsets, np.float32), "linear")


_operations = {
    "conv": _conv,
    "relu": lambda result, x: authoring.relu(x),
    "sigmoid": lambda result, x: authoring.sigmoid(x),
    "add": lambda result, x, y: authoring.add(x, y),
    "concat": lambda result, values, axis, interleave: authoring.concat(np.array(axis, np.int32), values),
    "upsample_bilinear": _upsample_bilinear,
}


def _results(function, values):
    """The outputs, for the inputs' values by the program's names."""
    def argument(variable):
        if isinstance(variable, (list, tuple)):
            return [argument(one) for one in variable]
        return values[variable.name] if variable.val is None else variable.val

    for operation in function.operations:
        if operation.op_type == "const":
            continue
        arguments = {name: argument(value) for name, value in operation.inputs.items() if value is not None}
        (result,) = operation.outputs
        values[result.name] = _operations[operation.op_type](result, **arguments)
    return [values[output.name] for output in function.outputs]


def write(program, path):
    """Writes the program as an asset of Core AI's."""
    function = program.functions["main"]
    inputs = list(function.inputs.values())

    def kind(variable):
        element = types.nptype_from_builtin(variable.dtype)
        return Annotated[
            authoring.Value, authoring.TensorType(tuple(variable.shape), element, name=variable.name)]

    def main(*given):
        (result,) = _results(function, {variable.name: value for variable, value in zip(inputs, given)})
        return result

    # Names and types of inputs are taken from the function's signature.
    parameters = [
        inspect.Parameter(variable.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=kind(variable))
        for variable in inputs]
    main.__signature__ = inspect.Signature(parameters)
    main.__annotations__ = {variable.name: kind(variable) for variable in inputs} | {"return": kind(function.outputs[0])}
    module = authoring.Module.create()
    with module:
        authoring.graph(main)
    authoring.AIProgram(module).save_asset(path)


async def run(program, path, batches):
    """The output for each of the batches, which are arrays by the inputs' names, as float32."""
    elements = {variable.name: types.nptype_from_builtin(variable.dtype)
                for variable in program.functions["main"].inputs.values()}
    async with authoring.AIModelAsset.load(path).executable() as model:
        function = model.load_function("main")
        for batch in batches:
            given = {name: runtime.NDArray(np.ascontiguousarray(values.astype(elements[name])))
                     for name, values in batch.items()}
            (answer,) = (await function(given)).values()
            yield answer.numpy().astype(np.float32)
