"""The parts of a batch's report: the points' effects, and each analysis where the design allows it."""

from experiments.batch_effects import effect_blocks
from experiments.batch_report import Part, table_section
from experiments.batch_result import BatchResult
from experiments.words import Words


def parts_of(result: BatchResult, w: Words) -> list[Part]:
    """All parts, in order."""
    return [Part("effects", w("batch_effects"), w("batch_effects_note"), tables=[table_section(b) for b in effect_blocks(result, w)])]
