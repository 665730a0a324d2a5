"""Open Bandit, read as it is: the Thompson log's estimate of the uniform policy beside its own log."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.ope.open_bandit import look_at, read
from frontrow.evaluation.ope import Uniform, judge

LOG = Path(__file__).resolve().parents[4] / "shared" / "data" / "open-bandit" / "log.parquet"

pytestmark = [
    pytest.mark.needs_data,
    pytest.mark.skipif(not LOG.exists(), reason=f"no {LOG}"),
]


@pytest.mark.slow
def test_both_logs_agree_on_the_uniform_policy_and_cut_ones_are_refused() -> None:
    for campaign in ("all", "men"):
        told = look_at(LOG, campaign)
        assert told.difference.low <= 0 <= told.difference.high
        assert told.cut_refused == 1.0


def test_a_campaign_with_42_clicks_is_refused_and_one_with_69_is_not() -> None:
    judged = judge(read(LOG, "all", "bts"), Uniform())
    assert [(one.code, one.figure) for one in judged.refused] == [("positives", 42)]
    judged = judge(read(LOG, "men", "bts"), Uniform())
    assert not judged.refused
    own = read(LOG, "men", "random").reward.mean()
    assert judged.estimates["dr"].low < own < judged.estimates["dr"].high


def test_every_item_counts_also_where_the_log_never_drew_it() -> None:
    log = read(LOG, "men", "bts").take(np.arange(40))
    assert len(log.actions) == 34
