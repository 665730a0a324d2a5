"""Artwork: three or four SVG pictures of each work, drawn from its genre, theme and people.

Each picture shows the name. There are four kinds (`KINDS`): a face, a scene, an action and
a title-led one. Only what a title says comes in; the same seed and work give the same bytes.
"""

from frontrow.simulation.artwork.pictures import KINDS, Picture, draw_artwork

__all__ = ["KINDS", "Picture", "draw_artwork"]
