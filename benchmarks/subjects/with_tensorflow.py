"""TensorFlow's own product."""

from __future__ import annotations

import tensorflow as tf
from workloads import Workload

from subjects import Repeat, timed


def matmul(workload: Workload) -> tuple[Repeat, str]:
    """A product of square matrices, in a graph."""
    a, b = tf.random.stateless_normal((2, workload.size, workload.size), seed=(0, 0))
    product = tf.function(lambda: tf.reduce_sum(tf.matmul(a, b)))
    product().numpy()
    return lambda: timed(lambda: product().numpy()), ""
