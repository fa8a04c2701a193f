"""Constants that benchmarks/grammar_fit.py fits to development speech; don't edit by hand."""

#: One weight for each field of Evidence, in its order.
WEIGHTS = (20.0, 8.0, -7.0, -0.6, -5.0, -3.0, -0.3)
BIAS = 15.5

#: Log odds that a command needs, and one to a lock or cover.
THRESHOLD = 1.0
STRICT = 2.5

#: Phones a second; no one speaks slower or faster.
SLOWEST = 4.0
FASTEST = 18.0
