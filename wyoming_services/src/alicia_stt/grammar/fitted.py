"""Constants that benchmarks/grammar_fit.py fits to development speech."""

#: One weight for each field of Evidence, in its order.
WEIGHTS = (24.530, 9.714, -4.474, -1.515, -14.395, -24.882, -0.296)
BIAS = 20.580

#: Log odds that a command needs, and one to a lock or cover.
THRESHOLD = 0.957
STRICT = 1.957

#: Phones a second: of no command yet, slower or faster.
SLOWEST = 5.8
FASTEST = 15.1

#: The most of what was heard that may lie outside of a command's words.
LOOSEST = 0.27
