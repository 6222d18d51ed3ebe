"""What a rule set changes: one module a reform family. See :mod:`policies.protocol` for what a policy may do."""

from policies.protocol import Moves, Policy, Text, World

__all__ = ["Moves", "Policy", "Text", "World"]
