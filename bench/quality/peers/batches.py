"""Batches of sequences of like length, so that little of the work is padding.

RecTools pads every sequence to the longest it allows. Its positions are counted from the end and
the padding is masked, so cutting a batch to its own longest sequence changes no number; it takes
the peer through several times as many epochs in the same minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from rectools.dataset import Dataset
from rectools.models.nn.transformers.data_preparator import SequenceDataset
from rectools.models.nn.transformers.sasrec import SASRecDataPreparator
from torch.utils.data import DataLoader, Sampler

POSITIONS = 4_096
"""Of one batch, padding included: batches of long sequences have fewer viewers, so that every
position weighs about the same."""

JITTER = 0.1
"""Lengths are sorted after a change of up to this share, so that neighbours vary between epochs."""

Batch = dict[str, torch.Tensor]


class LikeLength(Sampler[list[int]]):
    """Batches of indices, shuffled anew each epoch."""

    def __init__(self, lengths: list[int], seed: int) -> None:
        self._lengths = np.array(lengths)
        self._rng = np.random.Generator(np.random.PCG64(seed))

    def __iter__(self) -> Iterator[list[int]]:
        batches = self._batches()
        for at in self._rng.permutation(len(batches)):
            yield batches[at]

    def _batches(self) -> list[list[int]]:
        spread = self._rng.uniform(1 - JITTER, 1 + JITTER, len(self._lengths))
        batches: list[list[int]] = [[]]
        longest = 0
        for index in np.argsort(self._lengths * spread, kind="stable").tolist():
            longest = max(longest, int(self._lengths[index]))
            if batches[-1] and (len(batches[-1]) + 1) * longest > POSITIONS:
                batches.append([])
                longest = int(self._lengths[index])
            batches[-1].append(index)
        return batches


class LikeLengthPreparator(SASRecDataPreparator):  # type: ignore[misc]
    """RecTools' preparator with such batches."""

    sampler: LikeLength | None = None

    def get_dataloader_train(self) -> DataLoader[Any]:
        dataset = SequenceDataset.from_interactions(self.train_dataset.interactions.df)
        if self.sampler is None:
            self.sampler = LikeLength([len(s) - 1 for s in dataset.sessions], torch.initial_seed())
        return DataLoader(dataset, collate_fn=self._collate_fn_train, batch_sampler=self.sampler)

    def _collate_fn_train(self, batch: list[Any]) -> Batch:
        return _cut(super()._collate_fn_train(batch), batch, shift=1)

    def batches_to_ask(self, known: Dataset) -> Iterator[tuple[list[int], Batch]]:
        """Viewers (as numbered in `known`) and their sequences."""
        dataset = SequenceDataset.from_interactions(known.interactions.df, sort_users=True)
        lengths = [min(len(s), self.session_max_len) for s in dataset.sessions]
        for viewers in LikeLength(lengths, seed=0):
            batch = [dataset[viewer] for viewer in viewers]
            yield viewers, _cut(self._collate_fn_recommend(batch), batch, shift=0)


def _cut(padded: Batch, batch: list[Any], shift: int) -> Batch:
    """Padding stands on the left; a training sequence is one longer than its input (`shift`)."""
    longest = max(len(session) for session, _, _ in batch) - shift
    return {name: values[:, -longest:] for name, values in padded.items()}
