"""Training: from the log to a published bundle - datasets, fitting, the launch gate.

In: a log, a catalogue, a seed. Out: a fitted `Ranker`, judged before it is published. Fitting is a
pure function of datasets; reading the log and writing files stay at the rim.
"""
