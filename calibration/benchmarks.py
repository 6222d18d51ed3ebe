"""Two plain worlds beside the model, made from its own register: one that forgets, and one in which nobody moves.

What the model is better at than these, its mechanisms have earned. What they hit as well says little for it.
"""

from dataclasses import replace

import numpy as np

from agents.calendar import Month
from agents.luck import Luck
from calibration.register import Codes, Register

IDENTITIES = ("who", "against", "group")
"""Arguments of targets that ask who somebody is: what a world that has shuffled people does not know."""


def memoryless(register: Register, luck: Luck) -> Register:
    """The same stocks and flows in every month, moved by people drawn at random among all who have the status.

    In each month the moves out of a status are the model's, to the head, but who makes them does not depend on how long
    anybody has been there, where they came from or who they are: the exact memoryless chain with the model's stocks and
    flows. It knows statuses only: figures of programmes, measures and sanctions are NaN on it.
    """
    model = register.status
    chain: Codes = model.copy()
    stream = luck.stream("memoryless")
    persons = np.arange(model.shape[0])
    for column in range(1, model.shape[1]):
        drawn = np.argsort(chain[:, column - 1] + stream.uniform(register.first + column, persons))  # by status, then by luck
        chain[drawn, column] = model[np.argsort(model[:, column - 1], kind="stable"), column]
    return replace(register, status=chain, persons={}, spells={})


def still(register: Register, count: Month) -> Register:
    """Everybody always had, and keeps, the status of the month ``count``.

    A figure that this world hits too follows from the stocks of the count, and is *near-mechanical*. It knows no
    programmes, measures or sanctions. Raises OutsideRegister for a month that the register does not know.
    """
    frozen: Codes = np.repeat(register.at(count)[:, None], register.status.shape[1], axis=1)
    return replace(register, status=frozen, spells={}, since=None)
