"""The sequence model's network in jax, for fitting: the forward pass of `sequence`, the loss, a step.

Only `fit` imports this, inside, after it has told jax how to run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax  # type: ignore[import-untyped]  # it ships no types

from frontrow.models.histories import Floats
from frontrow.models.sequence.dials import SequenceDials
from frontrow.models.sequence.inputs import GAP_BUCKETS, GAP_EDGES, REWARD_BUCKETS, SLOTS
from frontrow.models.sequence.sequence import LEAST_VARIANCE, MASKED

Array = Any
"""A jax array, or what stands for one while a function is traced."""

Weights = dict[str, Array]

PLACES_PER_PASS = 256
"""Places whose logits are held at a time: 256 x 4,000 floats stay near the processor."""

SECOND_MOMENT = 0.98
"""Adam's second beta: with a few hundred steps, .999 would still remember the first ones."""

LONGEST_GRADIENT = 1.0


def first_weights(
    content_size: int, dials: SequenceDials, rng: np.random.Generator
) -> dict[str, Floats]:
    """Where fitting begins: every product keeps the size of its input, attention sees no distance."""
    d, wide = dials.factors, 2 * dials.factors

    def drawn(*shape: int, scale: float) -> Floats:
        return rng.standard_normal(shape, dtype=np.float32) * np.float32(scale)

    def layer(name: str) -> dict[str, Floats]:
        ones, zeros = np.ones(d, dtype=np.float32), np.zeros(d, dtype=np.float32)
        return {f"{name}_scale": ones, f"{name}_shift": zeros}

    weights = {
        "content": drawn(content_size, d, scale=0.1),
        "reward": drawn(REWARD_BUCKETS, d, scale=0.02),
        "gap": drawn(GAP_BUCKETS, d, scale=0.02),
        "slot": drawn(SLOTS, d, scale=0.02),
        **layer("input"),
        **layer("output"),
    }
    for block in range(dials.blocks):
        of_block = {
            "query": drawn(d, d, scale=d**-0.5),
            "key": drawn(d, d, scale=d**-0.5),
            "value": drawn(d, d, scale=d**-0.5),
            "out": drawn(d, d, scale=0.5 * d**-0.5),
            "by_places": np.zeros((dials.heads, dials.length), dtype=np.float32),
            "by_time": np.zeros((dials.heads, len(GAP_EDGES) + 1), dtype=np.float32),
            "up": drawn(d, wide, scale=d**-0.5),
            "up_shift": np.zeros(wide, dtype=np.float32),
            "down": drawn(wide, d, scale=0.5 * wide**-0.5),
            "down_shift": np.zeros(d, dtype=np.float32),
            **layer("attention"),
            **layer("forward"),
        }
        weights.update({f"block{block}/{key}": value for key, value in of_block.items()})
    return weights


def forward(
    w: Weights, vectors: Array, tokens: Mapping[str, Array], dials: SequenceDials, key: Array = None
) -> Array:
    """float32[b, t, d]: the network at every place of every window.

    vectors: float32[n, d]; tokens: the arrays of `Tokens`; key: of the dropout, None: there is none
    """
    keys = (
        [None] * (1 + 2 * dials.blocks)
        if key is None
        else jax.random.split(key, 1 + 2 * dials.blocks)
    )
    there = tokens["work"] >= 0  # [b, t]
    x = vectors[tokens["work"]] * there[..., None]  # [b, t, d]
    for name in ("reward", "gap", "slot"):
        x += w[name][tokens[name]]
    x = _dropped(_normalised(x, w, "input"), keys[0], dials.dropout)
    t = x.shape[1]
    apart = jnp.arange(t)[:, None] - jnp.arange(t)  # [t, t]
    seen = there[:, None, :] & (apart >= 0)  # [b, t, t]
    between = tokens["seconds"][:, :, None] - tokens["seconds"][:, None, :]
    bucket = sum((between >= edge).astype(jnp.int32) for edge in GAP_EDGES)
    later = jax.nn.one_hot(bucket, len(GAP_EDGES) + 1, dtype=jnp.float32)  # [b, t, t, gaps]
    for block in range(dials.blocks):
        mine = {
            name.partition("/")[2]: v for name, v in w.items() if name.startswith(f"block{block}/")
        }
        bias = mine["by_places"][:, jnp.maximum(apart, 0)] + jnp.moveaxis(
            later @ mine["by_time"].T, -1, 1
        )
        y = _attention(_normalised(x, mine, "attention"), mine, bias, seen, dials.heads)
        x += _dropped(y, keys[1 + 2 * block], dials.dropout)
        y = jax.nn.relu(_normalised(x, mine, "forward") @ mine["up"] + mine["up_shift"])
        x += _dropped(y @ mine["down"] + mine["down_shift"], keys[2 + 2 * block], dials.dropout)
    return _normalised(x, w, "output")


def _attention(y: Array, w: Weights, bias: Array, seen: Array, heads: int) -> Array:
    b, t, d = y.shape
    size = d // heads
    query, key, value = (
        (y @ w[name]).reshape(b, t, heads, size).transpose(0, 2, 1, 3)
        for name in ("query", "key", "value")
    )
    attention = query @ key.transpose(0, 1, 3, 2) * size**-0.5 + bias  # [b, h, t, t]
    attention = jax.nn.softmax(jnp.where(seen[:, None], attention, MASKED))
    return (attention @ value).transpose(0, 2, 1, 3).reshape(b, t, d) @ w["out"]


def _normalised(x: Array, w: Weights, layer: str) -> Array:
    x = x - x.mean(-1, keepdims=True)
    x = x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + LEAST_VARIANCE)
    return x * w[f"{layer}_scale"] + w[f"{layer}_shift"]


def _dropped(x: Array, key: Array, share: float) -> Array:
    """Dropout (Srivastava et al. 2014), in steps of 1/256: a byte is drawn for each number."""
    of_256 = round(share * 256)
    if key is None or of_256 == 0:
        return x
    kept = jax.random.bits(key, x.shape, jnp.uint8) >= of_256
    return jnp.where(kept, x * (256 / (256 - of_256)), 0)


@jax.custom_vjp
def log_normaliser(outputs: Array, vectors: Array, log_odds: Array, weight: Array) -> Array:
    """Sum over places of weight * log sum over candidates of exp(output . vector - log odds).

    outputs: float32[p, d], vectors: float32[c, d], log_odds: float32[c], weight: float32[p]
    The gradient is made in the same pass as the value, some places at a time: the logits of all
    places, p x c, never stand in memory.
    """
    return _log_normaliser(outputs, vectors, log_odds, weight)[0]


def _log_normaliser(
    outputs: Array, vectors: Array, log_odds: Array, weight: Array
) -> tuple[Array, tuple[Array, Array]]:
    def one_pass(carry: Any, places: Any) -> Any:
        total, of_vectors = carry
        some, of = places
        logits = some @ vectors.T - log_odds
        highest = logits.max(1, keepdims=True)
        shares = jnp.exp(logits - highest)
        whole = shares.sum(1, keepdims=True)
        total += (of * (highest + jnp.log(whole))[:, 0]).sum()
        scale = of[:, None] / whole
        return (total, of_vectors + shares.T @ (some * scale)), (shares @ vectors) * scale

    p, d = outputs.shape
    more = -p % PLACES_PER_PASS
    rows = jnp.pad(outputs, ((0, more), (0, 0))).reshape(-1, PLACES_PER_PASS, d)
    weights = jnp.pad(weight, (0, more)).reshape(-1, PLACES_PER_PASS)
    start = (jnp.zeros((), jnp.float32), jnp.zeros_like(vectors))
    (total, of_vectors), of_outputs = jax.lax.scan(one_pass, start, (rows, weights))
    return total, (of_outputs.reshape(-1, d)[:p], of_vectors)


def _back(gradients: tuple[Array, Array], above: Array) -> tuple[Array, Array, None, None]:
    return gradients[0] * above, gradients[1] * above, None, None


log_normaliser.defvjp(_log_normaliser, _back)


def loss(
    w: Weights,
    content: Array,
    known: Array,
    batch: Mapping[str, Any],
    dials: SequenceDials,
    key: Array = None,
) -> Array:
    """Cross entropy of the softmax over works, mean over places.

    content:    float32[n, dc]; known: float32[n], 0: the work is known by its content only
    batch:      the following, and `tokens`, the arrays of `Tokens`
    target:     float32[b, t], weight of each interaction as one to be foretold
    candidates: int32[c], works over which the softmax goes; log_odds: float32[c], see `candidates`
    What is foretold at a place is the good plays among the `ahead` that follow, each by its weight:
    interactions close in time have no order that means much, and the sum over works is paid once.
    """
    tokens, target = batch["tokens"], batch["target"]
    vectors = w["own"] * known[:, None] + content @ w["content"]  # [n, d]
    outputs = forward(w, vectors, tokens, dials, key)  # [b, t, d]
    b, t, d = outputs.shape
    ahead = jnp.arange(t) - jnp.arange(t)[:, None]
    share = jnp.where((ahead > 0) & (ahead <= dials.ahead), target[:, None, :], 0)  # [b, t, t]
    share = share * (tokens["work"] >= 0)[:, :, None]
    total = share.sum(-1)
    weight = jnp.minimum(total, 1.0)  # [b, t]
    share = share * (weight / jnp.maximum(total, 1e-6))[..., None]
    foretold = share @ vectors[tokens["work"]]  # [b, t, d]
    all_works = log_normaliser(
        outputs.reshape(b * t, d),
        vectors[batch["candidates"]],
        batch["log_odds"],
        weight.reshape(b * t),
    )
    return (all_works - (outputs * foretold).sum()) / jnp.maximum(weight.sum(), 1.0)


Step = Callable[..., tuple[Weights, Any, Array]]


@cache
def stepping(dials: SequenceDials) -> tuple[Step, Callable[[Weights], Any]]:
    """One step of Adam with decoupled decay (Loshchilov, Hutter 2019), and its first state.

    Compiled once for all fits with the same dials, of whatever length.
    """
    optimizer: Any = optax.chain(
        optax.clip_by_global_norm(LONGEST_GRADIENT),
        optax.scale_by_adam(b2=SECOND_MOMENT),
        optax.add_decayed_weights(
            dials.regularization,
            mask=lambda weights: {name: value.ndim > 1 for name, value in weights.items()},
        ),
    )

    def step(
        w: Weights, state: Any, content: Array, batch: Any, key: Array, number: Array, rate: Array
    ) -> tuple[Weights, Any, Array]:
        """key, number: of the step's randomness; rate: the learning rate."""
        of_works, of_dropout = jax.random.split(jax.random.fold_in(key, number))
        drawn = jax.random.uniform(of_works, (content.shape[0],))
        known = (drawn >= dials.content_only).astype(jnp.float32)
        value, gradient = jax.value_and_grad(loss)(w, content, known, batch, dials, of_dropout)
        change, state = optimizer.update(gradient, state, w)
        change = {name: -rate * of for name, of in change.items()}
        return optax.apply_updates(w, change), state, value

    return jax.jit(step, donate_argnums=(0, 1)), optimizer.init


def key_of(seed: int) -> Array:
    """Jax's stream of randomness for a derived seed."""
    return jax.random.key(np.uint32(seed & 0xFFFFFFFF))


def begin() -> None:
    """Let jax start on the processor, with the environment as it is now."""
    jax.config.update("jax_platforms", "cpu")  # type: ignore[no-untyped-call]  # jax types it not
    jax.devices()


def placed(arrays: Any) -> Any:
    """Copies of numpy arrays, as jax holds them."""
    return jax.tree.map(jnp.array, arrays)
