"""Painting: SVG pictures of titles, from what a title says of itself: no model, no photograph, no font.

In: a name, genres, themes, and draws. Out: SVG text whose lettering reads on its ground (WCAG 2.2, level
AA). The invented service of the demo is painted with it, and titles that come without any image get
`stand_ins`. Only `frontrow.base` may come in; nothing here knows a catalogue, a viewer or a file.
"""
