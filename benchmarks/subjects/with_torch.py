"""PyTorch: `nn.LSTM` and `nn.GRU`, fused Adam, all cores; both layouts are tried, and the faster is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from workloads import Workload

from subjects import Repeat, fastest, timed
from subjects.samples import Array, arrays


class Stack(torch.nn.Module):
    """Recurrent layers of equal width, and a linear one on the last output."""

    def __init__(self, workload: Workload, *, batch_first: bool) -> None:
        super().__init__()
        cell = {"LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}[workload.cell]
        depth, width = len(workload.units), workload.units[0]
        self.recurrent = cell(workload.features, width, num_layers=depth, batch_first=batch_first)
        self.dense = torch.nn.Linear(width, 1)
        self.batch_first = batch_first

    def forward(self, x: Any) -> Any:
        """`[batch, timesteps, features]`, or timesteps first, to `[batch, 1]`."""
        outputs, _ = self.recurrent(x)
        return self.dense(outputs[:, -1] if self.batch_first else outputs[-1])


def training(workload: Workload) -> tuple[Repeat, str]:
    """Epochs of a model that has been trained before."""
    assert len(set(workload.units)) == 1
    x, y = arrays(workload)

    def repeats() -> Iterator[tuple[str, Repeat]]:
        for batch_first in (True, False):
            yield f"batch_first={batch_first}", epochs(workload, x, y, batch_first=batch_first)

    return fastest(repeats())


def epochs(workload: Workload, x: Array, y: Array, *, batch_first: bool) -> Repeat:
    """The usual loop, with the data at hand in the layout that the model reads."""
    model = Stack(workload, batch_first=batch_first)
    optimizer = torch.optim.Adam(model.parameters(), eps=1e-7, fused=True)
    loss = torch.nn.MSELoss()
    axis = 0 if batch_first else 1
    inputs, targets = torch.from_numpy(x), torch.from_numpy(y)
    inputs = inputs if batch_first else inputs.transpose(0, 1).contiguous()

    def epoch() -> None:
        total = torch.zeros(())
        for rows in torch.randperm(workload.samples).split(workload.batch):
            optimizer.zero_grad(set_to_none=True)
            value = loss(model(inputs.index_select(axis, rows)), targets[rows])
            value.backward()
            optimizer.step()
            total += value.detach()
        total.item()

    return lambda: timed(lambda: [epoch() for _ in range(workload.epochs)]) / workload.epochs


def matmul(workload: Workload) -> tuple[Repeat, str]:
    """A product of square matrices."""
    a, b = torch.rand(2, workload.size, workload.size)
    out = torch.empty_like(a)
    torch.mm(a, b, out=out)
    return lambda: timed(lambda: torch.mm(a, b, out=out)), ""


def memory(workload: Workload) -> tuple[Repeat, str]:
    """`a = b + s * c`, the triad of STREAM."""
    length = workload.size * (1 << 20) // 4
    b, c = torch.rand(length), torch.rand(length)
    out = torch.empty_like(b)
    torch.add(b, c, alpha=3.0, out=out)
    return lambda: timed(lambda: torch.add(b, c, alpha=3.0, out=out)), ""
