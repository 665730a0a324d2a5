"""Reports as pages: what comes from outside stays text, what is code looks like it, plots have room."""

from __future__ import annotations

import re

from frontrow.base.reports import svg_of, with_code


def test_what_stands_between_backticks_is_code_and_the_rest_stays_text() -> None:
    assert with_code("`a < b` & <b>") == "<code>a &lt; b</code> &amp; &lt;b&gt;"
    assert with_code("one ` alone") == "one ` alone"


def test_a_plot_has_room_for_wider_letters_than_those_it_was_measured_with() -> None:
    chart = {
        "data": {"values": [{"x": 1, "name": "popularity"}]},
        "mark": "point",
        "encoding": {"color": {"field": "name", "type": "nominal"}},
    }
    widths = [
        float(found.group(1))
        for svg in (svg_of(chart), svg_of({"padding": 5, **chart}))
        if (found := re.search(r'<svg[^>]* width="([\d.]+)"', svg))
    ]
    assert widths[0] == widths[1] + 19
