"""The GRU kernel: the input's product in front of the loop, the weights' gradients behind it."""

from __future__ import annotations

from typing import Any

from .scan import Tensor, Weights, outer, outer_before, previous, product, recurrence, scan


def gru(x: Tensor, weights: Weights, mask: Tensor | None = None, *, last: bool = False) -> Tensor:
    """`[timesteps, batch, features] -> [timesteps, batch, units]`: Keras's GRU with `tanh` and `sigmoid`.

    If `last`, of the outputs only the last, `[batch, units]`; the gradient then has nothing to add at the others.
    The weights are kernel, recurrent kernel and bias. With a second bias, that of the state, the reset gate acts after
    the product (`reset_after`), as cuDNN has it.
    Where the mask `[timesteps, batch, 1]` is 0 the state, and with it the output, stays what it was.
    The recurrence is that of Cho et al. (2014).
    """
    return (_reset_before if len(weights) == 3 else _reset_after)(x, weights, mask, last=last)


def _reset_after(x: Tensor, weights: Weights, mask: Tensor | None, *, last: bool) -> Tensor:
    import tensorflow as tf

    timesteps, batch, _ = x.shape
    units = weights[1].shape[0]

    def forward(x: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, inner: Tensor) -> Any:
        inputs = product(x, kernel)
        zero = tf.zeros((batch, units), x.dtype)

        def step(t: Tensor, h: Tensor) -> Any:
            xz, xr, xh = tf.split(inputs[t] + bias, 3, -1)
            hz, hr, hh = tf.split(recurrence(timesteps, h, recurrent) + inner, 3, -1)
            z, r = tf.sigmoid(xz + hz), tf.sigmoid(xr + hr)
            g = tf.tanh(xh + r * hh)
            out = _kept(mask, t, z * h + (1 - z) * g, h)
            return (out,), (z, r, g, hh, out)

        _, (*gates, outputs) = scan(step, timesteps, (zero,), ((1, batch, units),) * 5)

        def backward(upstream: Tensor) -> Any:
            start = upstream if last else zero
            transposed = tf.transpose(recurrent)

            def step(t: Tensor, dh: Tensor) -> Any:
                z, r, g, hh = (gate[t] for gate in gates)
                dh, kept = _split(mask, t, dh if last else dh + upstream[t])
                da = dh * (1 - z) * (1 - g * g)
                dz, dr = dh * (previous(outputs, t) - g) * z * (1 - z), da * hh * r * (1 - r)
                dinner = tf.concat([dz, dr, da * r], -1)
                return (dh * z + dinner @ transposed + kept,), (tf.concat([dz, dr, da], -1), dinner)

            _, (dx, dinner) = scan(step, timesteps, (start,), ((1, batch, 3 * units),) * 2, back=True)
            return (
                product(dx, tf.transpose(kernel)),
                outer(x, dx),
                outer_before(outputs, dinner),
                tf.reduce_sum(dx, (0, 1)),
                tf.reduce_sum(dinner, (0, 1)),
            )

        return outputs[-1] if last else outputs, backward

    return tf.custom_gradient(forward)(x, *weights)


def _reset_before(x: Tensor, weights: Weights, mask: Tensor | None, *, last: bool) -> Tensor:
    import tensorflow as tf

    timesteps, batch, _ = x.shape
    units = weights[1].shape[0]

    def forward(x: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> Any:
        inputs = product(x, kernel)
        gating, candidate = recurrent[:, : 2 * units], recurrent[:, 2 * units :]
        zero = tf.zeros((batch, units), x.dtype)

        def step(t: Tensor, h: Tensor) -> Any:
            xz, xr, xh = tf.split(inputs[t] + bias, 3, -1)
            hz, hr = tf.split(recurrence(timesteps, h, gating), 2, -1)
            z, r = tf.sigmoid(xz + hz), tf.sigmoid(xr + hr)
            g = tf.tanh(xh + recurrence(timesteps, r * h, candidate))
            out = _kept(mask, t, z * h + (1 - z) * g, h)
            return (out,), (z, r, g, out)

        _, (*gates, outputs) = scan(step, timesteps, (zero,), ((1, batch, units),) * 4)

        def backward(upstream: Tensor) -> Any:
            start = upstream if last else zero

            def step(t: Tensor, dh: Tensor) -> Any:
                z, r, g = (gate[t] for gate in gates)
                h = previous(outputs, t)
                dh, kept = _split(mask, t, dh if last else dh + upstream[t])
                da = dh * (1 - z) * (1 - g * g)
                dreset = tf.matmul(da, candidate, transpose_b=True)
                dz, dr = dh * (h - g) * z * (1 - z), dreset * h * r * (1 - r)
                dgates = tf.concat([dz, dr], -1)
                dh = dh * z + dreset * r + tf.matmul(dgates, gating, transpose_b=True) + kept
                return (dh,), (tf.concat([dgates, da], -1),)

            _, (dx,) = scan(step, timesteps, (start,), ((1, batch, 3 * units),), back=True)
            dgating = outer_before(outputs, dx[:, :, : 2 * units])
            dcandidate = outer_before(outputs, dx[:, :, 2 * units :], by=gates[1])
            drecurrent = tf.concat([dgating, dcandidate], -1)
            return product(dx, tf.transpose(kernel)), outer(x, dx), drecurrent, tf.reduce_sum(dx, (0, 1))

        return outputs[-1] if last else outputs, backward

    return tf.custom_gradient(forward)(x, *weights)


def _kept(mask: Tensor | None, t: Tensor, new: Tensor, old: Tensor) -> Tensor:
    """The new state where a step counts, the old one elsewhere."""
    import tensorflow as tf

    return new if mask is None else tf.where(mask[t] > 0, new, old)


def _split(mask: Tensor | None, t: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor]:
    """What of a gradient goes into the step, and what passes it by."""
    import tensorflow as tf

    if mask is None:
        return gradient, tf.zeros_like(gradient)
    return mask[t] * gradient, (1 - mask[t]) * gradient
