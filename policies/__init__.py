"""What a rule set changes: one module a reform family. See :mod:`policies.protocol` for what a policy may do."""

from policies.protocol import Law, Moves, Policy, Text, World, parameter

__all__ = ["Law", "Moves", "Policy", "Text", "World", "parameter"]
