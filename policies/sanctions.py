"""Sanctions: duties before them, their kinds, who must register, and how strict municipalities are.

A stricter rule means more sanctions, and what follows from them in the model: caseworkers' time, trust and benefit lost. Effects
on exits are those of ``sanctions.effect`` (job-ready people, moderate evidence) and ``sanctions.effect_far`` (others: studies
disagree, the range spans none).
"""

from typing import ClassVar, Literal

from policies.protocol import Direction, Evidence, Outcome, Policy, Text, World, parameter

_AKTIVITETSPARATE = ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat")
_FAR = (*_AKTIVITETSPARATE, "ressourceforloeb", "ledighedsydelse")
_READY = ("kontanthjaelp_jobparat", "uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat")
Rule = Literal["contact_duty", "tightened"]
_RULES: list[Rule] = ["contact_duty", "tightened"]


class WithoutSanctionRules2014(Policy):
    """Without the contact duty before a sanction, and without the tightened availability sanction.

    Both came with the kontanthjælp reform of 2014 (the contact duty in ressourceforløb in 2013; the model has one factor for both).
    """

    name: ClassVar[str] = "without_sanction_rules_2014"
    label: ClassVar[Text] = Text(
        en="Without the sanction rules of 2014 (difference = without minus with)", da="Uden sanktionsreglerne fra 2014 (forskel = uden minus med)"
    )
    about: ClassVar[Text | None] = Text(
        en="Activity-ready people and people in ressourceforløb can be sanctioned without an attempt at personal contact, and repeated breaches "
        "of job-ready people lead to no tightened sanction. Documented is that 5.5 per cent of the activity-ready were sanctioned in the last "
        "quarter of 2013 and 2.8 in the second of 2014, when the young had moved out. Effects on exits were not measured. The rules are absent "
        "until the end date, so a later end moves them in time.",
        da="Aktivitetsparate og personer i ressourceforløb kan sanktioneres uden forsøg på personlig kontakt, og gentagne brud hos jobparate fører "
        "ikke til skærpet sanktion. Det er dokumenteret, at 5,5 procent af de aktivitetsparate blev sanktioneret i 4. kvartal 2013 og 2,8 i 2. "
        "kvartal 2014, da de unge var flyttet ud. Virkningen på afgang er ikke målt. Reglerne er fraværende til slutdatoen, så en senere "
        "slutdato flytter dem i tid.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:1700-1706;2857-2864;2890-2896;3074-3080;3193-3212 (SAN-1, SAN-2, TGT-7)"
    kind: ClassVar[Literal["counterfactual"]] = "counterfactual"
    sets: ClassVar[tuple[str, ...]] = ("sanctions.contact_duty",)
    touches: ClassVar[tuple[str, ...]] = (*_AKTIVITETSPARATE, "ressourceforloeb", *_READY)
    levers: ClassVar[dict[str, str]] = {"SAN-1": 'rules=["contact_duty"]', "SAN-2": 'rules=["tightened"]', "TGT-7": 'rules=["contact_duty"]'}
    mechanism: ClassVar[Text | None] = Text(en="How often breaches are sanctioned, and for how long.", da="Hvor ofte brud sanktioneres, og hvor længe.")
    evidence: ClassVar[Evidence] = "moderate"
    claims: ClassVar[dict[Outcome, Direction]] = {"sanctions": "+"}

    rules: list[Rule] = parameter(lambda: list(_RULES), unit="list", en="Rules that are absent", da="Regler der er fraværende")

    def each_month(self, world: World) -> None:
        """Sanction without the duty, and never more sharply."""
        if "contact_duty" in self.rules:
            world.change("sanctions.contact_duty", value=1.0)
        if "tightened" in self.rules:
            world.change("sanctions.tightened", factor=0.0)


class NoSanctionWithoutGain(Policy):
    """No sanction where it would not promote availability: the rule for those far from the labour market is used more (SAN-3).

    The rule is in force; how often caseworkers use it is not documented.
    """

    name: ClassVar[str] = "no_sanction_without_gain"
    label: ClassVar[Text] = Text(en="No sanction that does not promote availability", da="Ingen sanktion uden gavn for rådigheden")
    about: ClassVar[Text | None] = Text(
        en="Fewer breaches by activity-ready people, people in ressourceforløb and on ledighedsydelse are sanctioned, because a sanction would "
        "not promote their availability. The rule is in force since 2014; how often it is used is not documented, so the share of sanctions that "
        "fall away is assumed. Whether sanctions help or harm this group is contested. It acts "
        "through the rates of sanctions for missed interviews and other breaches; the share of broken-off places that are sanctioned is one for "
        "all groups and stays as it is.",
        da="Færre brud hos aktivitetsparate, personer i ressourceforløb og på ledighedsydelse sanktioneres, fordi en sanktion ikke ville fremme "
        "rådigheden. Reglen er i kraft siden 2014; hvor ofte den bruges, er ikke dokumenteret, så andelen af sanktioner, der falder væk, er "
        "en antagelse. Om sanktioner gavner eller skader gruppen, er omstridt. Det virker "
        "gennem hyppigheden af sanktioner for udeblivelse fra samtaler og andre brud; andelen af afbrudte pladser, der sanktioneres, er fælles for "
        "alle grupper og uændret.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:2829-2836;2883-2888;2922-2927 (SAN-3)"
    kind: ClassVar[Literal["in_force"]] = "in_force"
    touches: ClassVar[tuple[str, ...]] = _FAR
    levers: ClassVar[dict[str, str]] = {"SAN-3": ""}
    mechanism: ClassVar[Text | None] = Text(en="How often breaches are sanctioned.", da="Hvor ofte brud sanktioneres.")
    evidence: ClassVar[Evidence] = "contested"

    dropped: float = parameter(
        0.5, unit="share", low=0, high=1, assumed=(0.0, 1.0), en="Sanctions of these groups that fall away", da="Sanktioner i disse grupper der falder væk"
    )

    def each_month(self, world: World) -> None:
        """Sanction less."""
        world.change("sanctions.of_missed_far", factor=1 - self.dropped)
        for status in _FAR:
            world.change(f"sanctions.rate.{status}", factor=1 - self.dropped)


class SanctionForAbsence(Policy):
    """Ledighedsydelse is withheld for days of absence from an offer, from July 2015 (SAN-4).

    The baseline has the sanctions of 2014. For dagpenge the rule is the same; dagpenge has no sanctions in the model.
    """

    name: ClassVar[str] = "sanction_for_absence"
    label: ClassVar[Text] = Text(en="Sanction for absence from an offer, ledighedsydelse", da="Sanktion for udeblivelse fra tilbud, ledighedsydelse")
    about: ClassVar[Text | None] = Text(
        en="From July 2015 ledighedsydelse is also withheld for days of absence from an offer; the baseline has the sanctions of 2014. How many more "
        "sanctions there are is not documented and assumed; the range includes none. In the model it is the rate of other sanctioned breaches on "
        "ledighedsydelse that grows, not sanctions for places broken off. The same rule for dagpenge is not in the model, which has "
        "no sanctions there.",
        da="Fra juli 2015 tilbageholdes ledighedsydelse også for dage med udeblivelse fra et tilbud; basisforløbet har sanktionerne fra 2014. Hvor mange "
        "flere sanktioner det giver, er ikke dokumenteret og en antagelse; spændet rummer ingen. I modellen er det hyppigheden af øvrige sanktionerede "
        "brud på ledighedsydelse, der vokser, ikke sanktioner for afbrudte pladser. Den samme regel for dagpenge er ikke med i "
        "modellen, som ikke har sanktioner dér.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:2910-2912;2972-2975 (SAN-4)"
    kind: ClassVar[Literal["in_force"]] = "in_force"
    touches: ClassVar[tuple[str, ...]] = ("ledighedsydelse",)
    levers: ClassVar[dict[str, str]] = {"SAN-4": ""}
    mechanism: ClassVar[Text | None] = Text(en="How often breaches on ledighedsydelse are sanctioned.", da="Hvor ofte brud på ledighedsydelse sanktioneres.")
    evidence: ClassVar[Evidence] = "none"

    start: str | None = parameter("2015-07", unit="YYYY-MM", en="First month in force", da="Første måned i kraft")
    more: float = parameter(
        1.3, unit="ratio", low=0, high=5, assumed=(1.0, 1.6), en="Sanctioned breaches on ledighedsydelse, against before", da="Sanktionerede brud på ledighedsydelse, mod før"
    )

    def each_month(self, world: World) -> None:
        """Sanction more."""
        world.change("sanctions.rate.ledighedsydelse", factor=self.more)


class CvDuty(Policy):
    """More uddannelsesparate must register as jobseekers and post a CV (SAN-5).

    Only the obviously education-ready must, just under a quarter of them. The fall of sanctions in 2014 is traced to missing
    registration or CV; the model's factor for those without the duty (``sanctions.registration_duty``) is an assumption.
    """

    name: ClassVar[str] = "cv_duty"
    label: ClassVar[Text] = Text(en="Wider duty to register and post a CV", da="Udvidet pligt til tilmelding og CV")
    about: ClassVar[Text | None] = Text(
        en="Today only the obviously education-ready must register as jobseekers and post a CV, just under a quarter of the uddannelsesparate. Here "
        "more of them must, and breach the duty as often as others do. A wider duty is documented to mean more sanctions, without a size. What "
        "sanctions do to their exits to education is not known; in the model they cost time, trust and money.",
        da="I dag skal kun åbenlyst uddannelsesparate tilmelde sig som jobsøgende og lægge et CV op, knap en fjerdedel af de uddannelsesparate. Her skal "
        "flere, og de bryder pligten lige så ofte som andre. Det er dokumenteret, at en bredere pligt giver flere sanktioner, uden størrelse. "
        "Hvad sanktioner betyder for deres overgang til uddannelse, vides ikke; i modellen koster de tid, tillid og penge.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:3219-3223 (SAN-5)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("sanctions.registration_duty",)
    touches: ClassVar[tuple[str, ...]] = ("uddannelseshjaelp_parat",)
    levers: ClassVar[dict[str, str]] = {"SAN-5": ""}
    mechanism: ClassVar[Text | None] = Text(en="How often uddannelsesparate breach a duty.", da="Hvor ofte uddannelsesparate bryder en pligt.")
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"sanctions": "+"}

    share: float = parameter(
        1.0, unit="share", low=0, high=1, en="Uddannelsesparate, not obviously so, who must register", da="Uddannelsesparate, ikke åbenlyst, der skal tilmelde sig"
    )

    def each_month(self, world: World) -> None:
        """Let so many more be under the duty."""
        without = world.parameters.value("sanctions.registration_duty")
        world.change("sanctions.registration_duty", value=without + self.share * (1 - without))


class SanctionStrictness(Policy):
    """Municipalities sanction more, or less, of the breaches (SAN-6).

    In 2013 they sanctioned 2.9 to 42.4 % of recipients, 18.8 % on average (0.15 to 2.3 times the mean); citizens and practice are
    both named, and nobody has told them apart.
    """

    name: ClassVar[str] = "sanction_strictness"
    label: ClassVar[Text] = Text(en="Stricter or milder use of sanctions", da="Strengere eller mildere brug af sanktioner")
    about: ClassVar[Text | None] = Text(
        en="All breaches are sanctioned more, or less, often. Municipalities sanctioned 2.9 to 42.4 per cent of recipients in 2013; how much of that is "
        "their citizens is not known. Sanctions of job-ready people have moderate evidence of more exits, those of others none. They cost "
        "caseworkers' time and citizens' trust and benefit. Choose municipalities for a local practice.",
        da="Alle brud sanktioneres oftere eller sjældnere. Kommunerne sanktionerede 2,9 til 42,4 procent af modtagerne i 2013; hvor meget der skyldes "
        "borgerne, vides ikke. For jobparate er der moderat evidens for flere afgange, for andre ingen. Sanktioner koster sagsbehandlertid og "
        "borgernes tillid og ydelse. Vælg kommuner for en lokal praksis.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:2829-2836;3423-3530;3534-3551 (SAN-6)"
    kind: ClassVar[Literal["in_force"]] = "in_force"
    touches: ClassVar[tuple[str, ...]] = (*_READY, *_FAR)
    levers: ClassVar[dict[str, str]] = {"SAN-6": ""}
    mechanism: ClassVar[Text | None] = Text(en="How often breaches are sanctioned.", da="Hvor ofte brud sanktioneres.")
    evidence: ClassVar[Evidence] = "contested"
    claims: ClassVar[dict[Outcome, Direction]] = {"sanctions": "+"}

    factor: float = parameter(
        1.5, unit="ratio", low=0, high=3, assumed=(1.0, 2.0), en="Sanctions of breaches, against now", da="Sanktioner af brud, mod nu"
    )

    def each_month(self, world: World) -> None:
        """Sanction more or less."""
        for name in ("of_missed", "of_missed_far", "of_broken"):
            world.change(f"sanctions.{name}", factor=self.factor)
        for status in (*_READY, *_FAR):
            world.change(f"sanctions.rate.{status}", factor=self.factor)
