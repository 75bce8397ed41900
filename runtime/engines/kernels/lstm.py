"""The LSTM kernel: the input's product in front of the loop, the weights' gradients behind it."""

from __future__ import annotations

from typing import Any

from .scan import Tensor, Weights, outer, outer_before, previous, product, recurrence, scan


def lstm(x: Tensor, weights: Weights, mask: Tensor | None = None, *, last: bool = False) -> Tensor:
    """`[timesteps, batch, features] -> [timesteps, batch, units]`: Keras's LSTM with `tanh` and `sigmoid`.

    If `last`, of the outputs only the last, `[batch, units]`; the gradient then has nothing to add at the others.
    The weights are kernel, recurrent kernel and bias.

    Where the mask `[timesteps, batch, 1]` is 0 the state, and with it the output, stays what it was.

    The gradient is that of Hochreiter and Schmidhuber (1997) without truncation, as in Graves (2012), section 4.4:
    the gates of every step are kept, and of the weights' gradients there is one product each for all steps. Gates are
    kept in arrays of their own: joined, XLA would copy them once more at every step.
    """
    import tensorflow as tf

    timesteps, batch, _ = x.shape
    units = weights[1].shape[0]
    half = halves(units, x.dtype)

    def forward(x: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> Any:
        inputs = product(x, kernel)
        zero = tf.zeros((batch, units), x.dtype)

        def step(t: Tensor, h: Tensor, c: Tensor) -> Any:
            a, b, g, d = tf.split(tf.tanh(half * (inputs[t] + recurrence(timesteps, h, recurrent) + bias)), 4, -1)
            i, f, o = 0.5 * a + 0.5, 0.5 * b + 0.5, 0.5 * d + 0.5
            cell = f * c + i * g
            squashed = tf.tanh(cell)
            out = o * squashed
            if mask is not None:
                out, cell = _where(mask[t], out, h), _where(mask[t], cell, c)
            return (out, cell), (i, f, g, o, squashed, cell, out)

        _, (*gates, cells, outputs) = scan(step, timesteps, (zero, zero), ((1, batch, units),) * 7)

        def backward(upstream: Tensor) -> Any:
            transposed = tf.transpose(recurrent)

            def step(t: Tensor, dh: Tensor, dc: Tensor) -> Any:
                i, f, g, o, squashed = (gate[t] for gate in gates)
                if not last:
                    dh += upstream[t]
                kept_h, kept_c = tf.zeros_like(dh), tf.zeros_like(dc)
                if mask is not None:
                    dh, kept_h, dc, kept_c = mask[t] * dh, (1 - mask[t]) * dh, mask[t] * dc, (1 - mask[t]) * dc
                dc += dh * o * (1 - squashed * squashed)
                di, df = dc * g * i * (1 - i), dc * previous(cells, t) * f * (1 - f)
                dz = tf.concat([di, df, dc * i * (1 - g * g), dh * squashed * o * (1 - o)], -1)
                return (dz @ transposed + kept_h, dc * f + kept_c), (dz,)

            _, (dz,) = scan(step, timesteps, (upstream if last else zero, zero), ((1, batch, 4 * units),), back=True)
            dx = product(dz, tf.transpose(kernel))
            return dx, outer(x, dz), outer_before(outputs, dz), tf.reduce_sum(dz, (0, 1))

        return outputs[-1] if last else outputs, backward

    return tf.custom_gradient(forward)(x, *weights)


def halves(units: int, dtype: Any) -> Tensor:
    """`[4 · units]`, by which gates are multiplied so that one `tanh` is behind all of them.

    sigmoid(z) = (1 + tanh(z / 2)) / 2: XLA computes one function of all gates at once, and several one by one.
    """
    import tensorflow as tf

    return tf.constant([0.5] * 2 * units + [1.0] * units + [0.5] * units, dtype)


def _where(mask: Tensor, new: Tensor, old: Tensor) -> Tensor:
    import tensorflow as tf

    return tf.where(mask > 0, new, old)
