"""The LSTM kernel for layers with few units and many samples: arrays are `[timesteps, units, batch]`.

XLA computes along the last axis at once, so the long one lies there, and one product reads input, state and bias.
"""

from __future__ import annotations

from typing import Any

from .lstm import halves
from .scan import Tensor, Weights, previous, scan


def lstm(x: Tensor, weights: Weights, mask: Tensor | None = None, *, last: bool = False) -> Tensor:
    """`[timesteps, batch, features] -> [timesteps, batch, units]`, or `[batch, units]`: as `lstm.lstm` computes it.

    Going forward leaves behind what the gradient is linear in: with `dc` and `dh`, the gradients of the cell and of the
    output, those of the gates are `dc` times three of the factors and `dh` times the fourth.
    """
    import tensorflow as tf

    turned = None if mask is None else tf.transpose(mask, (0, 2, 1))
    outputs = _turned(tf.transpose(x, (0, 2, 1)), weights, turned, last=last)
    return tf.transpose(outputs) if last else tf.transpose(outputs, (0, 2, 1))


def _turned(x: Tensor, weights: Weights, mask: Tensor | None, *, last: bool) -> Tensor:
    """`[timesteps, features, batch] -> [timesteps, units, batch]`, or `[units, batch]`.

    The mask is `[timesteps, 1, batch]`.
    """
    import tensorflow as tf

    timesteps, features, batch = x.shape
    units = weights[1].shape[0]

    def forward(x: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> Any:
        zero = tf.zeros((units, batch), x.dtype)
        read = tf.concat([x, tf.ones((timesteps, 1, batch), x.dtype)], 1)
        joined = tf.transpose(tf.concat([recurrent, kernel, bias[None]], 0) * halves(units, x.dtype))

        def step(t: Tensor, h: Tensor, c: Tensor) -> Any:
            squashed = tf.tanh(joined @ tf.concat([h, read[t]], 0))
            a, b, g, d = tf.split(squashed, 4)
            i, f, o = 0.5 * a + 0.5, 0.5 * b + 0.5, 0.5 * d + 0.5
            cell = f * c + i * g
            s = tf.tanh(cell)
            factors = [_slope(a) * g, _slope(b) * c, (1 - g * g) * i, _slope(d) * s, o * (1 - s * s), f]
            out = o * s
            if mask is not None:
                here = mask[t]
                factors = [here * factor for factor in factors]
                factors[-1] += 1 - here
                out, cell = tf.where(here > 0, out, h), tf.where(here > 0, cell, c)
            return (out, cell), (*factors, out)

        one = (1, units, batch)
        _, (gates, to_cell, carried, outputs) = scan(step, timesteps, (zero, zero), ((4, units, batch), one, one, one))

        def backward(upstream: Tensor) -> Any:
            of_output = tf.constant([False, False, False, True])[:, None, None]

            def step(t: Tensor, dh: Tensor, dc: Tensor, weights: Tensor) -> Any:
                if not last:
                    dh += upstream[t]
                dc += dh * to_cell[t]
                dz = tf.reshape(gates[t] * tf.where(of_output, dh, dc), (4 * units, batch))
                weights += tf.matmul(tf.concat([previous(outputs, t), read[t]], 0), dz, transpose_b=True)
                dx, passed = kernel @ dz, recurrent @ dz  # apart, so that XLA drops the first where nobody wants it
                if mask is not None:
                    passed += (1 - mask[t]) * dh
                return (passed, dc * carried[t], weights), (dx,)

            start = (upstream if last else zero, zero, tf.zeros((units + features + 1, 4 * units), x.dtype))
            (_, _, weights), (dx,) = scan(step, timesteps, start, ((1, features, batch),), back=True)
            return dx, weights[units:-1], weights[:units], weights[-1]

        return outputs[-1] if last else outputs, backward

    return tf.custom_gradient(forward)(x, *weights)


def _slope(a: Tensor) -> Tensor:
    """The derivative of `sigmoid(z)`, where `a` is `tanh(z / 2)`."""
    return 0.25 * (1 - a * a)
