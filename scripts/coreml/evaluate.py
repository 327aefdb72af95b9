"""Computes the outputs of a program that coremltools has loaded, with numpy alone.

Values of float16 are rounded to float16 after every operation, sums are made in float32.
"""

import numpy as np
from coremltools.converters.mil.mil import types


def _conv(x, weight, bias=None, strides=(1, 1), pad_type="valid", pad=(0, 0, 0, 0), dilations=(1, 1), groups=1):
    assert tuple(dilations) == (1, 1) and pad_type in ("valid", "custom")
    top, bottom, left, right = (0, 0, 0, 0) if pad_type == "valid" else (int(side) for side in pad)
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    (batch, _, height, width), (outputs, inputs, rows, columns) = x.shape, weight.shape
    (down, across), groups = (int(step) for step in strides), int(groups)
    height, width = (height - rows) // down + 1, (width - columns) // across + 1
    sums = np.zeros((batch, groups, outputs // groups, height * width), np.float32)
    for row in range(rows):
        for column in range(columns):
            part = x[:, :, row:row + (height - 1) * down + 1:down, column:column + (width - 1) * across + 1:across]
            part = part.reshape(batch, groups, inputs, height * width)
            tap = weight[:, :, row, column].reshape(groups, outputs // groups, inputs)
            sums += tap * part if inputs == 1 else np.matmul(tap, part)
    result = sums.reshape(batch, outputs, height, width)
    return result if bias is None else result + bias.reshape(1, -1, 1, 1)


def _batch_norm(x, mean, variance, gamma, beta, epsilon):
    mean, variance, gamma, beta = (value.reshape(1, -1, 1, 1) for value in (mean, variance, gamma, beta))
    return (x - mean) / np.sqrt(variance + np.float32(epsilon)) * gamma + beta


def _upsample_bilinear(x, scale_factor_height, scale_factor_width, align_corners):
    assert bool(align_corners)
    for axis, scale in ((2, scale_factor_height), (3, scale_factor_width)):
        size = x.shape[axis]
        wanted = int(size * scale)
        positions = np.arange(wanted) * ((size - 1) / (wanted - 1))
        low = np.minimum(positions.astype(int), max(size - 2, 0))
        shape = [1, 1, 1, 1]
        shape[axis] = wanted
        share = (positions - low).astype(np.float32).reshape(shape)
        x = np.take(x, low, axis) * (1 - share) + np.take(x, np.minimum(low + 1, size - 1), axis) * share
    return x


_operations = {
    "conv": _conv,
    "batch_norm": _batch_norm,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "add": lambda x, y: x + y,
    "concat": lambda values, axis, interleave: np.concatenate(values, int(axis)),
    "upsample_bilinear": _upsample_bilinear,
}


def _single(value):
    return value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype == np.float16 else value


def evaluate(program, inputs):
    """The outputs of the function main by name, as float32, for arrays by name."""
    function = program.functions["main"]
    values = {}
    for name, variable in function.inputs.items():
        values[variable.name] = inputs[name].astype(types.nptype_from_builtin(variable.dtype))
        assert values[variable.name].shape == tuple(variable.shape), f"{name} is {inputs[name].shape}"
    readers = {}
    for operation in function.operations:
        for argument in operation.inputs.values():
            for variable in argument if isinstance(argument, (list, tuple)) else [argument]:
                readers[variable.name] = readers.get(variable.name, 0) + 1

    def value(variable):
        if isinstance(variable, (list, tuple)):
            return [value(one) for one in variable]
        return _single(variable.val if variable.val is not None else values[variable.name])

    wanted = {variable.name for variable in function.outputs}
    results = {}
    for operation in function.operations:
        if operation.op_type == "const":
            continue
        arguments = {name: value(variable) for name, variable in operation.inputs.items() if variable is not None}
        output, = operation.outputs
        result = _operations[operation.op_type](**arguments)
        assert result.shape == tuple(output.shape), f"{output.name} is {result.shape}, declared as {output.shape}"
        result = result.astype(types.nptype_from_builtin(output.dtype))
        assert np.isfinite(result).all(), f"{output.name} is not finite"
        values[output.name] = result
        if output.name in wanted:
            results[output.name] = result.astype(np.float32)
        # What nobody reads any more is let go.
        for argument in operation.inputs.values():
            for variable in argument if isinstance(argument, (list, tuple)) else [argument]:
                readers[variable.name] -= 1
                if readers[variable.name] == 0:
                    values.pop(variable.name, None)
    return results
