"""The LSTM kernel: the input's product in front of the loop, the weights' gradients behind it."""

from __future__ import annotations

from typing import Any

from .scan import Tensor, before, outer, product, scan


def lstm(x: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, mask: Tensor | None = None) -> Tensor:
    """`[timesteps, batch, features] -> [timesteps, batch, units]`: Keras's LSTM with `tanh` and `sigmoid`.

    Where the mask `[timesteps, batch, 1]` is 0 the state, and with it the output, stays what it was.

    The gradient is that of Hochreiter and Schmidhuber (1997) without truncation, as in Graves (2012), section 4.4:
    the gates of every step are kept, and of the weights' gradients there is one product each for all steps.
    """
    import tensorflow as tf

    timesteps, batch, _ = x.shape
    units = recurrent.shape[0]
    weights = (x, kernel, recurrent, bias)

    def forward(x: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> Any:
        inputs = product(x, kernel) + bias
        zero = tf.zeros((batch, units), x.dtype)

        def step(t: Tensor, h: Tensor, c: Tensor) -> Any:
            i, f, g, o = tf.split(inputs[t] + h @ recurrent, 4, -1)
            i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
            cell = f * c + i * g
            out = o * tf.tanh(cell)
            if mask is not None:
                out, cell = _where(mask[t], out, h), _where(mask[t], cell, c)
            return (out, cell), (tf.concat([i, f, g, o], -1), cell, out)

        _, (gates, cells, outputs) = scan(step, timesteps, (zero, zero), (4 * units, units, units))

        def backward(upstream: Tensor) -> Any:
            c_before = before(cells)
            transposed = tf.transpose(recurrent)

            def step(t: Tensor, dh: Tensor, dc: Tensor) -> Any:
                i, f, g, o = tf.split(gates[t], 4, -1)
                dh += upstream[t]
                kept_h, kept_c = tf.zeros_like(dh), tf.zeros_like(dc)
                if mask is not None:
                    dh, kept_h, dc, kept_c = mask[t] * dh, (1 - mask[t]) * dh, mask[t] * dc, (1 - mask[t]) * dc
                squashed = tf.tanh(f * c_before[t] + i * g)
                dc += dh * o * (1 - squashed * squashed)
                di, df = dc * g * i * (1 - i), dc * c_before[t] * f * (1 - f)
                dz = tf.concat([di, df, dc * i * (1 - g * g), dh * squashed * o * (1 - o)], -1)
                return (dz @ transposed + kept_h, dc * f + kept_c), (dz,)

            _, (dz,) = scan(step, timesteps, (zero, zero), (4 * units,), back=True)
            dx = product(dz, tf.transpose(kernel))
            return dx, outer(x, dz), outer(before(outputs), dz), tf.reduce_sum(dz, (0, 1))

        return outputs, backward

    return tf.custom_gradient(forward)(*weights)


def _where(mask: Tensor, new: Tensor, old: Tensor) -> Tensor:
    import tensorflow as tf

    return tf.where(mask > 0, new, old)
