"""What every room stands on: errors, settings, time, randomness, ids, texts, a home's folders.

Nothing here knows what a title, an event or a page is. The clock is read in one place
(`base.time`) and randomness is made in one place (`base.randomness`).
"""
