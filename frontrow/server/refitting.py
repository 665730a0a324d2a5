"""A home's ranking fitted anew: with everything that the service knows to give, whoever asks for it."""

from __future__ import annotations

from frontrow.server.positions import positions_of
from frontrow.server.service import Service
from frontrow.training.train import Progress, Trained, train


def refit(
    service: Service,
    *,
    seed: int,
    publish: bool = True,
    trials: int = 0,
    progress: Progress | None = None,
) -> Trained:
    """Fit on everything up to now; published if the gate lets it through and `publish` is asked.

    trials: of a search for each scorer's dials
    """
    return train(
        service.log,
        service.catalogue(),
        service.bundles,
        now_us=service.now_us(),
        seed=seed,
        publish=publish,
        keep=service.settings.bundles.keep,
        settings=service.settings.service,
        texts=service.texts,
        trials=trials,
        positions=positions_of(service),
        progress=progress,
    )
