"""The bus: topics, messages and the rules they keep.

Standard library only, no input or output, no Home Assistant: the clock and
the publisher are handed in. The sidecars use this package as ``alicia_bus``.
"""
