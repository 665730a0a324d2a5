"""Which title a line of a viewing history means: one of the catalogue, else one invented for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from frontrow.catalog import Title
from frontrow.importers.history_names import HistoryName
from frontrow.importers.slugs import id_of

SOURCE = {"source": "viewing-history"}
"""Attributes of an invented title."""


def is_invented(title: Title) -> bool:
    return title.attributes.get("source") == SOURCE["source"]


class TitleFinder:
    """Finds titles by name (whatever its case), and invents what the catalogue does not have."""

    def __init__(self, known: Iterable[Title]) -> None:
        self._films: dict[str, Title] = {}
        self._series: dict[str, Title] = {}
        self._numbered: dict[tuple[str, int, int], Title] = {}
        self._named: dict[tuple[str, str], Title] = {}
        # The service's own titles first: an invented one of an earlier import yields to them.
        for title in sorted(known, key=is_invented):
            self._note(title)

    def _note(self, title: Title) -> None:
        name = _folded(title.name)
        if title.kind == "series":
            self._series.setdefault(name, title)
        elif title.kind == "episode" and title.series_id is not None:
            if title.episode is not None:
                place = (title.series_id, title.season or 1, title.episode)
                self._numbered.setdefault(place, title)
            self._named.setdefault((title.series_id, name), title)
        elif title.kind != "season":
            self._films.setdefault(name, title)

    def find(self, name: HistoryName) -> tuple[str, tuple[Title, ...], dict[str, Any]]:
        """(title_id, titles invented for it, attributes that tell what the id can't).

        An episode that a series of the catalogue does not have counts for the series itself: an
        invented episode would change when that series may be watched.
        """
        if name.show is None:
            return self._film(name.name)
        series = self._series.get(_folded(name.show))
        new: tuple[Title, ...] = ()
        if series is None:
            series = self._invent(id_of(name.show, "series"), "series", name.show)
        if is_invented(series):
            new = (series,)
        if not name.name and name.episode is None:
            return series.title_id, new, {}
        episode = self._episode(series, name)
        if episode is None and not is_invented(series):
            told = {"season": name.season, "episode": name.episode, "episode_name": name.name}
            return series.title_id, (), {k: v for k, v in told.items() if v not in (None, "")}
        if episode is None:
            episode_id = id_of(f"{name.show} {name.name}", "episode", name.season, name.episode)
            episode = self._invent(
                episode_id,
                "episode",
                name.name or f"Episode {name.episode}",
                series_id=series.title_id,
                season=name.season,
                episode=name.episode,
            )
        return episode.title_id, (*new, episode) if is_invented(episode) else new, {}

    def _film(self, name: str) -> tuple[str, tuple[Title, ...], dict[str, Any]]:
        film = self._films.get(_folded(name)) or self._series.get(_folded(name))
        if film is None:
            film = self._invent(id_of(name, "movie"), "movie", name)
        return film.title_id, (film,) if is_invented(film) else (), {}

    def _episode(self, series: Title, name: HistoryName) -> Title | None:
        if name.episode is not None and name.season is not None:
            found = self._numbered.get((series.title_id, name.season, name.episode))
            if found is not None:
                return found
        return self._named.get((series.title_id, _folded(name.name))) if name.name else None

    def _invent(self, title_id: str, kind: Any, name: str, **more: Any) -> Title:
        title = Title(title_id=title_id, kind=kind, name=name, attributes=dict(SOURCE), **more)
        self._note(title)
        return title


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
