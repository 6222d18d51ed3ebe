"""Who pays whom, and for what. Apart from the agents, so that reports need no Mesa."""

from dataclasses import dataclass
from typing import Literal

Sector = Literal["citizens", "municipalities", "state", "regions", "employers", "providers", "staff"]

SECTORS: dict[str, tuple[str, str]] = {
    "citizens": ("Citizens", "Borgere"),
    "municipalities": ("Municipalities", "Kommuner"),
    "state": ("State", "Staten"),
    "regions": ("Regions", "Regioner"),
    "employers": ("Employers", "Arbejdsgivere"),
    "providers": ("Providers of measures and care", "Leverandører af tilbud og behandling"),
    "staff": ("Jobcentre staff", "Jobcentrenes ansatte"),
}
"""Everybody who pays or receives, with labels (English, Danish)."""
PUBLIC = ("municipalities", "state", "regions")


@dataclass(frozen=True)
class Account:
    """What money is for: its name, labels, and which line of a budget it belongs to (None: no public money, or only moved
    between public purses)."""

    name: str
    en: str
    da: str
    line: Literal["benefits", "measures", "subsidies", "administration", "tax", "clawback", None]


ACCOUNTS: tuple[Account, ...] = (
    Account("benefits", "Benefits", "Ydelser", "benefits"),
    Account("state_benefits", "Benefits paid by the state", "Statslige ydelser", "benefits"),
    Account("sanctions", "Benefits withheld by sanctions", "Ydelser tilbageholdt ved sanktioner", "benefits"),
    Account("offset", "Benefits offset against earnings", "Ydelser modregnet i løn", "benefits"),
    Account("supplement", "Supplements for taking part", "Deltagertillæg", "benefits"),
    Account("fleksjob_subsidy", "Subsidies to fleksjob", "Tilskud til fleksjob", "subsidies"),
    Account("wage_subsidy", "Løntilskud beyond the benefit", "Løntilskud ud over ydelsen", "subsidies"),
    Account("measures", "Operation of active measures", "Drift af aktive tilbud", "measures"),
    Account("support", "Mentors, brobygning and interventions", "Mentorer, brobygning og indsatser", "measures"),
    Account("grants", "Grants for development and training", "Puljer til udvikling og kompetencer", "administration"),
    Account("capacity", "Hours that reforms add", "Timer som reformer tilfører", "administration"),
    Account("certificates", "Certificates and examinations", "Attester og udredninger", "administration"),
    Account("caseworkers", "Caseworkers", "Sagsbehandlere", "administration"),
    Account("teams", "Rehabilitation teams", "Rehabiliteringsteam", "administration"),
    Account("outreach", "Outreach to employers", "Virksomhedskontakt", "administration"),
    Account("benefit_refund", "State refund of benefits", "Statsrefusion af ydelser", None),
    Account("operation_refund", "State refund of measures", "Statsrefusion af tilbud", None),
    Account("wages", "Wages", "Lønninger", None),
    Account("income_tax", "Income tax", "Indkomstskat", "tax"),
    Account("clawback", "VAT and excise duties", "Moms og afgifter", "clawback"),
)
"""All accounts, in the order of the books."""
ACCOUNT: dict[str, Account] = {account.name: account for account in ACCOUNTS}

BUDGET_LINES: dict[str, tuple[str, str]] = {
    "benefits": ("Benefits", "Ydelser"),
    "subsidies": ("Subsidies to employers", "Tilskud til arbejdsgivere"),
    "measures": ("Measures and support", "Tilbud og støtte"),
    "administration": ("Caseworkers, teams and doctors", "Sagsbehandlere, team og læger"),
    "tax": ("Income tax", "Indkomstskat"),
    "clawback": ("Clawback (VAT and excise duties)", "Tilbageløb (moms og afgifter)"),
}
"""Lines of a budget, with labels (English, Danish)."""

OERE = 100
"""Øre in a krone."""
