"""Evaluation: the honest time split, metrics of lists and of pages, and the report.

In: a log, a catalogue and a seed. Out: an `Evaluation` with every scorer beside the whole system.
It fits with what stood in the log before one moment and judges by what came after; nothing here
tunes anything, and it uses only what a customer could use.
"""

from frontrow.evaluation.evaluate import BuildPages, Evaluation, evaluate, evaluate_datasets
from frontrow.evaluation.pages import Page, page_metrics
from frontrow.evaluation.report import html_of, table_of

__all__ = [
    "BuildPages",
    "Evaluation",
    "Page",
    "evaluate",
    "evaluate_datasets",
    "html_of",
    "page_metrics",
    "table_of",
]
