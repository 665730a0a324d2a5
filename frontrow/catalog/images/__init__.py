"""Image files of titles: read with care, tagged by what they say of themselves, kept by their content.

In: bytes that somebody sent. Out: JPEGs of a few widths in the home's artwork folder, and an `Artwork` of
the title whose tags say nothing that the title doesn't hold. Which image is shown is decided elsewhere.
"""

from frontrow.catalog.images.files import ImageFiles, KeptImage, with_image
from frontrow.catalog.images.reading import MOST_BYTES, ReadImage, read_image

__all__ = ["MOST_BYTES", "ImageFiles", "KeptImage", "ReadImage", "read_image", "with_image"]
