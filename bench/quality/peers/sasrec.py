"""SASRec (Kang, McAuley 2018) as RecTools has it, fitted on a split's sequences.

Every few epochs the lists of all viewers asked are written; which epoch is best is judged by who
reads them, on an inner split, and who may end this process once it gets no better. The loss is the
full softmax, RecTools' default; it is taken over the real positions only, which is the same number for
less work.
"""

from __future__ import annotations

import argparse
import json
import logging
import warnings
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
import torch
from pytorch_lightning import Trainer, seed_everything
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel
from rectools.models.nn.item_net import IdEmbeddingsItemNet
from rectools.models.nn.transformers.lightning import TransformerLightningModule

from bench.quality.peers.batches import LikeLengthPreparator
from bench.quality.peers.lists import K, best
from bench.quality.split_file import Split, read_split, write_arrays

DIALS: dict[str, Any] = {
    "n_factors": 64,
    "n_blocks": 2,
    "n_heads": 2,
    "dropout_rate": 0.2,
    "session_max_len": 200,
    "use_key_padding_mask": True,
    "lr": 1e-3,
    "loss": "softmax",
}


class RealPositions(TransformerLightningModule):  # type: ignore[misc]
    """RecTools' module with the softmax loss over positions that have a target."""

    def training_step(self, batch: dict[str, torch.Tensor], batch_idx: int) -> torch.Tensor:
        real = batch["y"] != 0
        items = self.torch_model.item_model.get_all_embeddings()
        sessions = self.torch_model.encode_sessions(batch, items)[real]
        logits = sessions @ items.T
        return torch.nn.functional.cross_entropy(logits.float(), batch["y"][real])


def sequences(split: Split, kind: str) -> pd.DataFrame:
    """Rows of (viewer, work, time): all ratings, or the good ones only."""
    train = split.train
    kept = np.ones(len(train.work), dtype=bool) if kind == "all" else train.good
    # RecTools orders by time and keeps the rest: the second key is the work, as in the splits.
    order = np.lexsort((train.work[kept], train.us[kept], train.viewer[kept]))
    return pd.DataFrame(
        {
            Columns.User: train.viewer[kept][order],
            Columns.Item: train.work[kept][order],
            Columns.Weight: 1.0,
            Columns.Datetime: train.us[kept][order].astype("datetime64[us]"),
        }
    )


def trainer() -> Trainer:
    """One CPU process without logs and files; products in bfloat16, which is twice as fast."""
    return Trainer(
        max_epochs=1,
        precision="bf16-mixed",
        accelerator="cpu",
        devices=1,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        enable_checkpointing=False,
    )


def lists_of(model: SASRecModel, dataset: Dataset, split: Split) -> np.ndarray:
    """int32[b, K] for the viewers asked; those without a known work get -1."""
    net, prepared = model.torch_model, model.data_preparator
    known = prepared.transform_dataset_u2i(dataset, split.asked)
    places = {viewer: i for i, viewer in enumerate(split.asked.tolist())}
    rows = np.array([places[v] for v in known.user_id_map.external_ids.tolist()], dtype=np.int64)
    works = prepared.get_known_item_ids().astype(np.int64)
    found = np.full((len(split.asked), K), -1, dtype=np.int32)
    net.eval()
    with torch.no_grad():
        items = net.item_model.get_all_embeddings()
        for viewers, batch in prepared.batches_to_ask(known):
            last = net.encode_sessions(batch, items)[:, -1, :]
            scores = np.full((len(last), split.train.n), -np.inf, dtype=np.float32)
            scores[:, works] = (last @ items.T).numpy()[:, prepared.n_item_extra_tokens :]
            found[rows[viewers]] = best(scores, split, rows[viewers])
    return found


def main() -> None:
    """Fit for some epochs or CPU minutes; write lists int32[points, b, K] with their epochs."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--split", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--kind", choices=("all", "good"), required=True)
    ask.add_argument("--epochs", type=int, default=1_000)
    ask.add_argument("--minutes", type=float, default=60.0)
    ask.add_argument("--every", type=int, default=4)
    ask.add_argument("--length", type=int, default=DIALS["session_max_len"])
    ask.add_argument("--dropout", type=float, default=DIALS["dropout_rate"])
    ask.add_argument("--seed", type=int, default=1)
    told = ask.parse_args()
    warnings.filterwarnings("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    torch.set_num_threads(1)
    seed_everything(told.seed, verbose=False)
    split = read_split(told.split)
    dataset = Dataset.construct(sequences(split, told.kind))
    dials = {**DIALS, "session_max_len": told.length, "dropout_rate": told.dropout}
    model = SASRecModel(
        **dials,
        item_net_block_types=(IdEmbeddingsItemNet,),
        get_trainer_func=trainer,
        lightning_module_type=RealPositions,
        data_preparator_type=LikeLengthPreparator,
    )
    lists, epochs, minutes = [], [], []
    spent = 0.0
    for epoch in range(1, told.epochs + 1):
        began = process_time()
        model.fit_partial(dataset, min_epochs=1, max_epochs=1)
        spent += (process_time() - began) / 60
        last = epoch == told.epochs or spent >= told.minutes
        if last or epoch % told.every == 0:
            lists.append(lists_of(model, dataset, split))
            epochs.append(epoch)
            minutes.append(spent)
            write_arrays(
                told.out,
                lists=np.array(lists),
                epochs=np.array(epochs),
                minutes=np.array(minutes),
                dials=json.dumps({**dials, "kind": told.kind, "seed": told.seed}),
            )
        print(f"epoch {epoch}, {spent:.1f} min of fitting", flush=True)
        if last:
            break


if __name__ == "__main__":
    main()
