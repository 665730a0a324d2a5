"""What each image of a title, and each kind of reason, is worth to a viewer: estimates from the record of
choices, each level shrunk to the one above.

An image's worth is a ratio: how often a quality play came of it, beside what is usual for its title. In
the likeness of a hybrid linear model (Li et al. 2010, "A contextual-bandit approach to personalized news
article recommendation", eq. 6) it has a part that all titles share and a part of its own:

    tag      over all titles: good trials of images with the tag / those expected at the titles' usual rates
    image    its own good trials / expected ones, shrunk to what its tags say
    genre    both once more, among viewers by the genres that they watch, shrunk to everyone's, and to what
             viewers of other genres do as far as the two have agreed on other images
    viewer   times exp(w . match): the viewer's own reactions to the image's tags, people and genres that it
             shows; how much these say (w) is learned over all images of all titles

They are made of a record and of the titles as they were when it was made, once, beside requests. Titles that
came or changed since are laid on them (`laid_on`): an image that was there keeps its worth, a new one starts
from its tags, and nobody else's moves.

Ratios of counts in place of a ridge regression: the label is rare, so a Gamma prior on a Poisson rate
says more honestly than squares what a handful of plays is worth, and every level can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.catalog import Catalogue
from frontrow.catalog.candidates import Images, images_of
from frontrow.viewers.choices import EVERYONE, NEWCOMERS, Choices, decay_of
from frontrow.viewers.influence import in_full, limited
from frontrow.viewers.reactions import BESIDE, EVIDENCE, MATCHES

Floats = NDArray[np.float64]

TAG_PRIOR = 6.0
"""Expected good trials that a tag's ratio is shrunk to 1 by."""

GUESS, _GUESS_WEIGHT = 10.0, 100.0
"""How much each level is shrunk to the one above, in expected good trials, and how long that guess holds
against what the record itself says of it (`_strength`)."""

LEAST, MOST = 1.0, 150.0
"""Bounds of the same: at the upper one a level says next to nothing of its own, and is heard again soon."""

MATCH_MEAN = np.array([0.6, 0.0, 0.0])
"""How much matches say before anything is learned: one's own reactions to a tag are mostly meant."""

MATCH_PRIOR = np.array([10.0, 10.0, 10.0])
"""How surely: in expected good trials at a match of 1."""

_MOST_SAID = 2.0
"""Of a match at most: it is a hint, not a command."""

_LEAST_RATIO = 0.05
"""An image is held to be worth at least so much of what is taken for granted of it."""

_AT_ONCE = 2_048
"""Images whose ratios are worked out together, for memory's sake."""

_M = len(MATCHES)


@dataclass(frozen=True, eq=False)
class ChoiceValues:
    """Worths over a catalogue's images and over reasons' codes, and how much they rest on."""

    as_of_us: int
    position: tuple[tuple[int, int], ...]
    catalogue: Catalogue  # that they were learned on
    images: Images  # that the arrays are of: of the same, or of a later one that was laid on it
    genres: dict[str, int]  # lower case -> place in the second axis, 0..F-1
    everyone: Floats  # [m + 1], the last pads
    by_genre: Floats  # [m + 1, F], ratios among viewers of each genre
    good: Floats  # [n], good trials of each work's images
    all_good: float
    tried: Floats  # [n], trials of each work, by whatever image
    pleased: Floats  # [n], those of them of which a quality play came
    match: Floats  # [len(MATCHES)]
    reason: dict[str, tuple[float, Floats]]  # code -> everyone's, [F]
    reasons_good: float
    tag: Floats  # [tags of the catalogue learned on, and 1 that pads], ratios
    tag_among: Floats  # [the same, F], among viewers of each genre


def values_of(choices: Choices, catalogue: Catalogue) -> ChoiceValues:
    """The record of choices on a catalogue: works and images that it doesn't hold are left out."""
    images = images_of(catalogue)
    columns = {name: i for i, name in enumerate(choices.columns)}
    names = [name for name in choices.columns if name not in (EVERYONE, NEWCOMERS)]
    order = [columns[EVERYONE], columns[NEWCOMERS], *(columns[name] for name in names)]
    decay = decay_of(choices)
    shown, good = choices.shown[:, order] * decay, choices.good[:, order] * decay
    squares = choices.squares[:, order] * decay**2
    place = {
        (work.work_id, image.artwork_id): at
        for work, start, end in zip(
            catalogue.works, images.starts[:-1].tolist(), images.starts[1:].tolist(), strict=True
        )
        if end - start > 1
        for at, image in zip(range(start, end), images.image[start:end], strict=True)
    }
    rows = {row: i for i, row in enumerate(choices.rows)}
    pairs = [
        (place[w, a], i) for (k, w, a), i in rows.items() if k == "artwork" and (w, a) in place
    ]
    where, of = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    owner = np.repeat(np.arange(catalogue.n), np.diff(images.starts))
    tables = np.zeros((3, images.m, len(order)))
    tables[0, where], tables[1, where], tables[2, where] = shown[of], good[of], squares[of]
    tables = _with_newcomers(tables, owner, catalogue.n)
    expected, of_work = _expected(tables[0], tables[1], owner, catalogue.n)
    # What is usual for a title is of its own images: the more of it is one's, the less that one can stray.
    share = expected / np.maximum(_by_work(expected, owner, catalogue.n)[owner], 1e-300)
    tag, tag_among = _of_tags(tables[1], expected, tables[2], _has_tag(images))
    everyone, by_genre = _of_images(
        tables[1], expected, tables[2], 1.0 - share, _has_tag(images), tag, tag_among
    )
    asked = [(f"{k} {w}", code, i) for (k, w, code), i in rows.items() if k in (EVIDENCE, BESIDE)]
    of = np.array([i for _, _, i in asked], dtype=np.int64)
    of_reasons = np.stack([shown[of], good[of], squares[of]])
    reason, reasons_good = _of_reasons([(w, c) for w, c, _ in asked], of_reasons)
    tried, pleased = _of_works(rows, shown, good, catalogue)
    return ChoiceValues(
        as_of_us=choices.as_of_us,
        position=choices.position.marks,
        catalogue=catalogue,
        images=images,
        genres={name: i for i, name in enumerate(names)},
        everyone=np.append(everyone, 0.0),
        by_genre=np.concatenate([by_genre, np.zeros((1, by_genre.shape[1]))]),
        good=of_work[:, 0],
        all_good=float(of_work[:, 0].sum()),
        tried=tried,
        pleased=pleased,
        match=_match_of(choices.matches * decay_of(choices)),
        reason=reason,
        reasons_good=reasons_good,
        tag=np.append(tag, 1.0),
        tag_among=np.concatenate([tag_among, np.ones((1, tag_among.shape[1]))]),
    )


def laid_on(values: ChoiceValues, catalogue: Catalogue) -> ChoiceValues:
    """The same over the images of a later catalogue: those that are new start from their tags."""
    images = images_of(catalogue)
    if images is values.images:
        return values
    at = _place_of(images.number, values.images.number)
    new = np.flatnonzero(at < 0)
    everyone, by_genre = values.everyone[at], values.by_genre[at]  # of the new ones from below
    of_tags = {name: place for place, name in enumerate(values.images.tags)}
    pad = len(values.tag) - 1
    known = np.array([*(of_tags.get(name, pad) for name in images.tags), pad], dtype=np.int64)
    tags = known[images.tag[new]]
    everyone[new] = np.exp(np.log(values.tag)[tags].sum(axis=1))
    strays = np.log(values.tag_among / values.tag[:, None])[tags].sum(axis=1)
    by_genre[new] = everyone[new, None] * np.exp(strays)
    works = _place_of(catalogue.work_hash, values.catalogue.work_hash)

    def of_works(known: Floats) -> Floats:
        return np.where(works < 0, 0.0, np.append(known, 0.0)[works])

    return replace(
        values,
        images=images,
        everyone=np.append(everyone, 0.0),
        by_genre=np.concatenate([by_genre, np.zeros((1, by_genre.shape[1]))]),
        good=of_works(values.good),
        tried=of_works(values.tried),
        pleased=of_works(values.pleased),
    )


def _place_of(wanted: NDArray[np.uint64], among: NDArray[np.uint64]) -> NDArray[np.int64]:
    """int64[wanted]: the place of each among others; -1: it is not there."""
    order = np.argsort(among, kind="stable")
    if not len(among):
        return np.full(len(wanted), -1, dtype=np.int64)
    place = order[np.minimum(np.searchsorted(among[order], wanted), len(among) - 1)]
    return np.asarray(np.where(among[place] == wanted, place, -1))


def _of_works(
    rows: dict[tuple[str, str, str], int], shown: Floats, good: Floats, catalogue: Catalogue
) -> tuple[Floats, Floats]:
    """float64[n] each: trials of works, and the good ones, of those with a single image too."""
    place = {work.work_id: at for at, work in enumerate(catalogue.works)}
    pairs = [(place[w], i) for (k, w, _), i in rows.items() if k == "artwork" and w in place]
    owner, of = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    sums = [_by_work(table[of][:, :2], owner, catalogue.n) for table in (shown, good)]
    full = in_full(sums[0][:, 0], sums[0][:, 1])
    tried, pleased = (limited(each[:, 0], each[:, 1], full) for each in sums)
    return tried, pleased


def _with_newcomers(tables: Floats, owner: NDArray[np.int64], n: int) -> Floats:
    """float64[3, arms, 1 + F]: everyone's column with as much of the newcomers' as counts."""
    settled, newcomers = (_by_work(tables[:, :, i].T, owner, n).T for i in (0, 1))
    full = in_full(settled[0], newcomers[0])
    found = np.delete(tables, 1, axis=2)
    for table in (0, 1):  # of what was shown, and of what was good
        counted = limited(settled[table], newcomers[table], full) - settled[table]
        share = np.divide(counted, newcomers[table], out=np.zeros(n), where=newcomers[table] > 0)
        found[table, :, 0] += share[owner] * tables[table, :, 1]
        if table == 1:
            found[2, :, 0] += share[owner] ** 2 * tables[2, :, 1]
    return found


def _expected(
    shown: Floats, good: Floats, owner: NDArray[np.int64], n: int
) -> tuple[Floats, Floats]:
    """(good trials that each arm would have at what is usual for its work, [arms, 1 + F]; good trials of
    each work, [n, 1 + F]).

    shown, good: float64[arms, 1 + F]; owner: the work of each arm
    """
    of_shown, of_good = _by_work(shown, owner, n), _by_work(good, owner, n)
    expected = shown[:, 1:] * _rate(of_good[:, 1:], of_shown[:, 1:])[owner]
    # Among everyone too, each is expected to do as viewers of the same genres: those who like the title
    # anyhow, and are shown the image that suits them, would else speak for the image.
    rest = shown[:, :1] - shown[:, 1:].sum(axis=1, keepdims=True)
    of_rest_good = of_good[:, :1] - of_good[:, 1:].sum(axis=1, keepdims=True)
    of_rest = rest * _rate(of_rest_good, _by_work(rest, owner, n))[owner]
    everyone = of_rest + expected.sum(axis=1, keepdims=True)
    return np.concatenate([everyone, expected], axis=1), of_good


def _rate(good: Floats, shown: Floats) -> Floats:
    """What is usual for a title: only how its images share in it says anything of them, so this needs no
    prior; 0 where nothing was shown."""
    return np.divide(np.maximum(good, 0.0), shown, out=np.zeros_like(good), where=shown > 1e-9)


def _of_tags(
    good: Floats, expected: Floats, chance: Floats, has: sparse.csr_array
) -> tuple[Floats, Floats]:
    """Ratios of tags: everyone's [tags], among viewers of each genre [tags, F].

    chance: the variance of `good`; has: float64[arms, tags], 0 or 1
    """
    good, expected, chance = has.T @ good, has.T @ expected, has.T @ chance
    ratio = (good[:, 0] + TAG_PRIOR) / (expected[:, 0] + TAG_PRIOR)
    surely = _strength(good[:, 1:], expected[:, 1:] * ratio[:, None], chance[:, 1:])
    among = (good[:, 1:] + surely * ratio[:, None]) / (expected[:, 1:] + surely)
    return ratio, among


def _strength(good: Floats, granted: Floats, chance: Floats, free: Floats | float = 1.0) -> float:
    """How much what is taken for granted weighs, in good trials: 1 / variance of the true ratios to it.

    Moments of a Gamma-Poisson mixture (Clayton and Kaldor 1987): what good trials scatter beyond chance
    is what the ratios do. Where nothing differs, all is granted. Begun from a guess, while little is known.
    """
    beyond = float(((good - granted) ** 2 - chance * free).sum()) + _GUESS_WEIGHT / GUESS
    square = float(((granted * free) ** 2).sum()) + _GUESS_WEIGHT
    return float(np.clip(square / max(beyond, 1e-9), LEAST, MOST))


def _of_images(
    good: Floats, expected: Floats, chance: Floats, free: Floats, has: sparse.csr_array,
    tag: Floats, tag_among: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Ratios of images: everyone's [m]; among viewers of each genre [m, F]."""
    said = np.exp(has @ np.log(tag))
    surely = _strength(good[:, 0], expected[:, 0] * said, chance[:, 0], free[:, 0])
    ratio = (good[:, 0] + surely * said) / (expected[:, 0] + surely)
    granted = ratio[:, None] * np.exp(has @ np.log(tag_among / tag[:, None]))
    usual = granted * expected[:, 1:]
    spread = _spread(good[:, 1:], usual, chance[:, 1:], free[:, 1:])
    return ratio, granted * _strayed(good[:, 1:], usual, spread)


def _spread(good: Floats, granted: Floats, chance: Floats, free: Floats) -> Floats:
    """float64[F, F]: the covariance of the true ratios to what is taken for granted, between genres.

    The variance is one for all genres, 1 / `_strength`; how far two of them go together is the correlation
    of their residuals, begun from not at all. Chance, which is in it, makes it the more careful.
    """
    off = good - granted
    together = _summed("if,ig->fg", off, off)
    np.fill_diagonal(together, together.diagonal() + _GUESS_WEIGHT)
    scale = 1.0 / np.sqrt(together.diagonal())
    alike = together * scale[:, None] * scale
    np.fill_diagonal(alike, 1.0)
    return np.asarray(alike / _strength(good, granted, chance, free))


def _strayed(good: Floats, granted: Floats, spread: Floats) -> Floats:
    """float64[m, F]: true ratios to what is taken for granted.

    The best linear prediction of z in good = granted (1 + z) + noise, where z varies by `spread` and the
    noise is Poisson's: z = S (I + A S)^-1 (good - granted), A = diag(granted). With one genre that is the
    Gamma prior's (good + strength) / (granted + strength).
    """
    found = np.ones(good.shape)
    told = np.flatnonzero((granted > 0).any(axis=1) | (good > 0).any(axis=1))
    one = np.eye(good.shape[1])
    for start in range(0, len(told), _AT_ONCE):
        some = told[start : start + _AT_ONCE]
        left = one + granted[some, :, None] * spread
        off = np.linalg.solve(left, (good[some] - granted[some])[:, :, None])[:, :, 0]
        strayed = _summed("if,fg->ig", off.astype(np.float64), spread)
        found[some] = np.maximum(1.0 + strayed, _LEAST_RATIO)
    return found


def _summed(subscripts: str, left: Floats, right: Floats) -> Floats:
    """A product of matrices, summed one after the other: the same to the bit with however many threads."""
    return np.asarray(np.einsum(subscripts, left, right))


def _of_reasons(
    rows: Sequence[tuple[str, str]], tables: Floats
) -> tuple[dict[str, tuple[float, Floats]], float]:
    """Code -> its ratios, over all titles; and the good trials behind them.

    rows:   (work in a kind of row, code) of each arm
    tables: float64[3, arms, 2 + F], shown, good, and their squares
    """
    codes, works = sorted({code for _, code in rows}), sorted({work for work, _ in rows})
    code_at, work_at = ({name: i for i, name in enumerate(some)} for some in (codes, works))
    owner = np.array([work_at[work] for work, _ in rows], dtype=np.int64)
    arms = np.arange(len(rows)), np.array([code_at[code] for _, code in rows], dtype=np.int64)
    has = sparse.csr_array((np.ones(len(rows)), arms), shape=(len(rows), len(codes)))
    tables = _with_newcomers(tables, owner, len(works))
    expected, of_work = _expected(tables[0], tables[1], owner, len(works))
    ratio, among = _of_tags(tables[1], expected, tables[2], has)
    told = {name: (float(ratio[i]), among[i]) for i, name in enumerate(codes)}
    return told, float(of_work[:, 0].sum())


def _by_work(values: Floats, owner: NDArray[np.int64], n: int) -> Floats:
    """float64[n, c]: sums of float64[arms, c] over each work's arms."""
    found = np.zeros((n, values.shape[1]))
    np.add.at(found, owner, values)
    return found


def _has_tag(images: Images) -> sparse.csr_array:
    """float64[m, tags], 0 or 1."""
    image, _ = np.nonzero(images.tag < len(images.tags))
    tag = images.tag[images.tag < len(images.tags)]
    ones = np.ones(len(tag))
    return sparse.csr_array((ones, (image, tag)), shape=(images.m, len(images.tags)))


def _match_of(sums: Floats) -> Floats:
    """How much each match says: one Newton step of a Poisson regression from none, shrunk to what is
    taken for granted. What was expected is first brought to what was good in all, and matches are taken
    beside their mean: where nearly all that is shown suits, it tells next to nothing."""
    good, expected, squares = sums[:_M], sums[_M : 2 * _M], sums[2 * _M : -2].reshape(_M, _M)
    all_good, all_expected = sums[-2:]
    scale = all_good / all_expected if all_expected > 0 else 1.0
    squares = squares - np.outer(expected, expected) / max(all_expected, 1e-9)
    left = scale * squares + np.diag(MATCH_PRIOR)
    found = np.linalg.solve(left, good - scale * expected + MATCH_PRIOR * MATCH_MEAN)
    return np.clip(found, 0.0, _MOST_SAID)
