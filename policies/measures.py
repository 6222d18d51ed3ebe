"""Active measures and support: what is offered instead of guidance, to whom offers and mentors reach, and what helps people stay."""

from typing import ClassVar, Literal

import numpy as np

from agents.flags import COUNT_OF
from agents.measures import IS_COMPANY, MEASURE_CODE
from agents.statuses import CODE, group_members
from policies.chosen import (
    BENEFITS,
    EDUCATION,
    FAR,
    KONTANTHJAELP,
    OFFERED,
    READY_FOR_EDUCATION,
    UDDANNELSESHJAELP,
    in_or_after,
    long_on_support,
    months_on_support,
)
from policies.protocol import Direction, Evidence, Law, Moves, Outcome, Policy, Text, World, parameter

_COURSE = "forberedende_forloeb"
_FLEXIBLE = "fleksibelt_loentilskud"
_PRIVATE = 2 / 3
"""Private part of company places (004_107fd277d1b391d8.txt:4117-4119)."""
_BROKEN = ("placement.broken", "placement.broken_far")
_LOSSES = ("dagpenge", "sygedagpenge", *KONTANTHJAELP, *UDDANNELSESHJAELP, "self_support")


class PreparatoryCourse(Policy):
    """A preparatory course instead of guidance for people more than a year on support (EG-A.1; a month at most: EG-P.10).

    The course is a measure of its own (``forberedende_forloeb``): up to 13 weeks, 126,500 DKK a full-time year, refunded by half
    after a year on support. What it does is not known; its parameters (``after``, ``lock_in``) span no effect. It is to lead to a
    company place: ``then_place`` says how often the next offer is one.
    """

    name: ClassVar[str] = "preparatory_course"
    label: ClassVar[Text] = Text(en="Preparatory course for a company place", da="Virksomhedsforberedende forløb")
    about: ClassVar[Text | None] = Text(
        en="People with more than a year on support, except dagpenge, get a course of up to three months towards a company place instead of "
        "guidance. The state refunds half of it after a year on support and nothing before. The expert group expects 10,990 full-time "
        "participants for 1,390 million DKK a year; whether the course brings work is not known, and the assumed range includes no effect. "
        "How many offers of guidance it replaces is assumed.",
        da="Personer med mere end et år på ydelse, dog ikke dagpenge, får et forløb på op til tre måneder frem mod en virksomhedsplads i stedet "
        "for vejledning. Staten refunderer halvdelen efter et år på ydelse og intet før. Ekspertgruppen venter 10.990 fuldtidsdeltagere for "
        "1.390 mio. kr. om året; om forløbet giver job, vides ikke, og det antagne spænd rummer ingen virkning. Hvor mange tilbud om "
        "vejledning det afløser, er antaget.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9174-9192;9853;9914;12318-12322 (EG-A.1); 11475-11487 (EG-P.10)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("operating refund of the preparatory course",)
    touches: ClassVar[tuple[str, ...]] = OFFERED
    levers: ClassVar[dict[str, str]] = {"EG-A.1": "", "EG-P.10": "longest=1, refunded=0.9"}
    mechanism: ClassVar[Text | None] = Text(
        en="Other offers at interviews, shorter or longer courses, company places after them, and the refund of what they cost.",
        da="Andre tilbud ved samtaler, kortere eller længere forløb, virksomhedspladser bagefter og refusion af udgiften.",
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {"activity": "+", "company_places": "+", "public_cost": "+"}

    share: float = parameter(
        0.6, low=0, high=1, assumed=(0.2, 1.0), unit="share", en="Offers of guidance to those long on support that become the course",
        da="Tilbud om vejledning til dem med lang tid på ydelse der bliver til forløbet",
    )
    months: int = parameter(
        12, low=0, high=59, unit="months", en="Months on support of the last 60 beyond which it is offered",
        da="Antal måneder på offentlig forsørgelse inden for de seneste 60, før det tilbydes",
    )
    longest: int = parameter(3, low=1, high=3, unit="months", en="Longest course", da="Længste forløb")
    then_place: float = parameter(
        0.5, low=0, high=1, assumed=(0.0, 1.0), unit="share", en="Offers of guidance after the course that become virksomhedspraktik",
        da="Tilbud om vejledning efter forløbet der bliver til virksomhedspraktik",
    )
    refunded: float = parameter(
        1.0, low=0, high=1, unit="share", en="Course hours that the state refunds by half after a year; less when only completed courses count",
        da="Forløbstimer som staten refunderer med halvdelen efter et år; færre når kun gennemførte forløb tæller",
    )

    def each_month(self, world: World) -> None:
        """Offer the course; offer company places to those who have had it."""
        rows = long_on_support(world, self.months, *OFFERED)
        is_course = np.arange(IS_COMPANY.size) == MEASURE_CODE[_COURSE]
        had = in_or_after(world, rows, is_course)
        world.offer_instead("vejledning", _COURSE, self.share, rows[~had])
        world.offer_instead("vejledning", "praktik_privat", self.then_place * _PRIVATE, rows[had])
        world.offer_instead("vejledning", "praktik_offentlig", self.then_place * (1 - _PRIVATE), rows[had])
        if self.longest < 3:
            world.change(f"measure_length.{_COURSE}", factor=self.longest / 3)
            world.change(f"measure_longest.{_COURSE}", factor=self.longest / 3)

    def amend(self, law: Law) -> None:
        """Half of what the course costs after a year."""
        law.set_operation_refund(_COURSE, 0.5 * self.refunded, free_months=12)


class FlexibleWageSubsidy(Policy):
    """A wage subsidy of up to 25 hours a week with private firms after two years on support (EG-A.2).

    It is a measure of its own (``fleksibelt_loentilskud``, up to 12 months). Wage, benefit and subsidy are booked as those of
    løntilskud are: at 30,600 DKK a full-time year beyond the benefit otherwise paid; the expert group reckons about zero net.
    """

    name: ClassVar[str] = "flexible_wage_subsidy"
    label: ClassVar[Text] = Text(en="Flexible private wage subsidy", da="Fleksibelt privat løntilskud")
    about: ClassVar[Text | None] = Text(
        en="After two years on support a person may work up to 25 hours a week in a private firm with a wage subsidy for six months and six more. "
        "The expert group expects 2,060 full-time participants, about 63 million DKK gross a year and about nothing net. Private wage subsidies "
        "are well documented, this one is not: its effect, and how many offers become one, are assumed. Pay is reckoned as in løntilskud.",
        da="Efter to år på ydelse kan man arbejde op til 25 timer om ugen i en privat virksomhed med løntilskud i seks måneder og seks til. "
        "Ekspertgruppen venter 2.060 fuldtidsdeltagere, ca. 63 mio. kr. brutto om året og omtrent nul netto. Privat løntilskud er velbelyst, "
        "denne ordning er ikke: dens virkning, og hvor mange tilbud der bliver til den, er antaget. Lønnen regnes som i løntilskud.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9194-9213;9882-9883;9917 (EG-A.2)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = OFFERED
    levers: ClassVar[dict[str, str]] = {"EG-A.2": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Other offers at interviews, and places with private employers that must be found.",
        da="Andre tilbud ved samtaler og pladser hos private arbejdsgivere, som skal findes.",
    )
    evidence: ClassVar[Evidence] = "moderate"
    claims: ClassVar[dict[Outcome, Direction]] = {"company_places": "+"}

    share: float = parameter(
        0.1, low=0, high=1, assumed=(0.02, 0.25), unit="share", en="Offers of guidance to those long on support that become the subsidy",
        da="Tilbud om vejledning til dem med lang tid på ydelse der bliver til tilskuddet",
    )
    from_subsidy: float = parameter(
        0.3, low=0, high=1, assumed=(0.0, 0.6), unit="share", en="Their offers of ordinary løntilskud that become it",
        da="Deres tilbud om almindeligt løntilskud der bliver til det",
    )
    months: int = parameter(
        24, low=0, high=59, unit="months", en="Months on support of the last 60 beyond which it is offered",
        da="Antal måneder på offentlig forsørgelse inden for de seneste 60, før det tilbydes",
    )

    def each_month(self, world: World) -> None:
        """Offer it to those long on support."""
        rows = long_on_support(world, self.months, *OFFERED)
        world.offer_instead("vejledning", _FLEXIBLE, self.share, rows)
        for old in ("loentilskud_privat", "loentilskud_offentlig"):
            world.offer_instead(old, _FLEXIBLE, self.from_subsidy, rows)


class DutyForLongTerm(Policy):
    """A company offer after a passive year, and the rehabilitation team after two years without one, then every year (EG-A.4)."""

    name: ClassVar[str] = "duty_for_long_term"
    label: ClassVar[Text] = Text(en="Extra effort for those long on support", da="Ekstra indsats for dem med lang tid på ydelse")
    about: ClassVar[Text | None] = Text(
        en="Who has had no measure for a year gets a company offer at the next interview. After two years on support without a company measure or "
        "education in the last year the case goes to the rehabilitation team, and again every year: what lasting work capacity calls for is then decided "
        "on the evidence at hand. No effect on citizens is stated; how strictly municipalities keep the duty, and how many needs a review recognises, is "
        "assumed; the model decides as rightly on thinner evidence, and wrong decisions are not in it. Reviews of people without a need take neither slots "
        "nor money here. The accounts book each case with a need, so the group's 30 million DKK a year are for comparison only and not booked unless you "
        "set them.",
        da="Den, der ikke har haft et tilbud i et år, får et virksomhedsrettet tilbud ved næste samtale. Efter to år på ydelse uden virksomhedsrettet "
        "tilbud eller uddannelse i det seneste år kommer sagen for rehabiliteringsteamet, og igen hvert år: her afgøres på det foreliggende grundlag, hvad "
        "den varige arbejdsevne tilsiger. Ingen virkning for borgerne er angivet; hvor strengt kommunerne holder pligten, og hvor mange behov en "
        "gennemgang erkender, er antaget; modellen afgør lige så rigtigt på et tyndere grundlag, og forkerte afgørelser er ikke med. Gennemgang af "
        "personer uden behov tager her hverken plads på møder eller penge. Regnskabet bogfører hver sag med et behov, så ekspertgruppens 30 mio. kr. om "
        "året er kun til sammenligning og bogføres ikke, medmindre man sætter dem.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9071-9076;9232-9245;9863 (EG-A.4)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = (*KONTANTHJAELP, *UDDANNELSESHJAELP, "ledighedsydelse", "ressourceforloeb")
    levers: ClassVar[dict[str, str]] = {"EG-A.4": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Offers at interviews to those without measures, and cases put before the rehabilitation team.",
        da="Tilbud ved samtaler til dem uden tilbud og sager for rehabiliteringsteamet.",
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {"public_cost": "+"}

    passive: int = parameter(12, low=1, high=60, unit="months", en="Months without a measure before the duty", da="Måneder uden tilbud før pligten")
    kept: float = parameter(
        0.8, low=0, high=1, assumed=(0.3, 1.0), unit="share", en="Chance of the offer at an interview past it, at least",
        da="Chance for tilbuddet ved en samtale derefter, mindst",
    )
    review: int = parameter(
        24, low=12, high=59, unit="months", en="Months on support of the last 60 beyond which the team reviews the case",
        da="Antal måneder på offentlig forsørgelse inden for de seneste 60, før teamet gennemgår sagen",
    )
    recognised: float = parameter(
        0.8, low=0, high=1, assumed=(0.5, 1.0), unit="share", en="Needs that a review recognises on the evidence at hand",
        da="Behov som en gennemgang erkender på det foreliggende grundlag",
    )
    grant: float = parameter(
        0.0, low=0, high=1000, unit="DKK million a year", en="Money for rehabilitation teams beside what each case costs (the group: 30 in all)",
        da="Midler til rehabiliteringsteam ud over hvad hver sag koster (ekspertgruppen: 30 i alt)",
    )

    def each_month(self, world: World) -> None:
        """Offers to the passive; the team sees those who are long on support once a year."""
        rows = world.rows_in(*self.touches)
        on_benefit = np.maximum(world.column("months_in_spell", rows), world.column("months_in_status", rows))
        active = world.column("measure", rows) > 0
        last = np.maximum(world.column("measure_ended", rows), world.column("referred", rows))
        passive = rows[~active & (on_benefit >= self.passive) & (last <= world.month - self.passive)]
        world.offer_to(passive, self.kept)
        world.offer_instead("vejledning", "praktik_privat", _PRIVATE, passive)
        world.offer_instead("vejledning", "praktik_offentlig", 1 - _PRIVATE, passive)
        counts = IS_COMPANY.copy()
        counts[EDUCATION] = True
        rows = rows[world.column("status", rows) != CODE["ressourceforloeb"]]  # its own plan is followed up already
        without = rows[~in_or_after(world, rows, counts)]
        long = without[months_on_support(world, without) > self.review]
        yearly = (world.month + np.floor(12 * world.draw_once("review", long))) % 12 == 0
        due = long[yearly]
        world.clarify(due[world.draw("recognised", due) < self.recognised])

    def amend(self, law: Law) -> None:
        """Pay the teams, where the user wants a sum and not only cases."""
        law.add_grant(self.grant * 1e6)


class MentorSupport(Policy):
    """More mentors, mentors who stay after a move to work or education, mentors for the young (EG-B.3, VIR-10, SEC-9, EG-P.12).

    What a mentor does to the under-30s is the model's own effect, from the randomised trial of 2012-2013 (parameters
    ``effect_of.mentor_education``, ``mentor_work``); for others it spans no effect. Half the cost of a mentor is refunded in the baseline.
    """

    name: ClassVar[str] = "mentor_support"
    label: ClassVar[Text] = Text(en="More and longer mentor support", da="Mere og længere mentorstøtte")
    about: ClassVar[Text | None] = Text(
        en="More people far from work get a mentor, and the mentor may stay for up to six months after a move to work or education. A randomised "
        "trial found 16 against 12 per cent in education after a year among vulnerable young people with a mentor, and 7 against 5 in work; for "
        "others studies find no effect. The expert group expects 2,670 full-time persons instead of 1,660 for 480 million DKK more. That "
        "after-care prevents relapses is said without a size: that factor is assumed, and may be none.",
        da="Flere langt fra arbejde får en mentor, og mentoren kan blive i op til seks måneder efter overgang til job eller uddannelse. Et "
        "lodtrækningsforsøg fandt 16 mod 12 procent i uddannelse efter et år blandt udsatte unge med mentor og 7 mod 5 i job; for andre finder "
        "undersøgelser ingen virkning. Ekspertgruppen venter 2.670 fuldtidspersoner mod 1.660 for 480 mio. kr. mere. At efterværn forebygger "
        "tilbagefald, siges uden størrelse: den faktor er antaget og kan være ingen.",
    )
    citation: ClassVar[str] = (
        "004_107fd277d1b391d8.txt:9446-9461;9860;9919 (EG-B.3); 11643-11650 (EG-P.12); 6035-6099 (SEC-9); 4533-4538 (VIR-10)"
    )
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("support.mentor_after",)
    touches: ClassVar[tuple[str, ...]] = tuple(dict.fromkeys((*FAR, *UDDANNELSESHJAELP)))
    levers: ClassVar[dict[str, str]] = {
        "EG-B.3": "", "EG-P.12": "more=1, refused=0.15, after=0", "SEC-9": "more=1, young=0.5, after=0", "VIR-10": "more=1",
    }
    mechanism: ClassVar[Text | None] = Text(
        en="The chance of a mentor at an interview, months with a mentor after the benefit, and fewer losses of work and education while one is there.",
        da="Chancen for en mentor ved en samtale, måneder med mentor efter ydelsen og færre tab af job og uddannelse imens.",
    )
    evidence: ClassVar[Evidence] = "moderate"
    claims: ClassVar[dict[Outcome, Direction]] = {"activity": "+", "public_cost": "+", "education": "+", "work": "+"}

    more: float = parameter(
        1.8, low=0, high=10, assumed=(1.3, 2.5), unit="ratio",
        en="Chance of a mentor at an interview against today, set to come near 2,670 against 1,660 full-time persons",
        da="Chance for mentor ved en samtale mod i dag, sat så man kommer i nærheden af 2.670 mod 1.660 fuldtidspersoner",
    )
    refused: float = parameter(
        0.0, low=0, high=0.5, assumed=(0.0, 0.3), unit="share", en="Mentors that citizens refuse today and may no longer refuse",
        da="Mentorer som borgere i dag siger nej til, og ikke længere må afvise",
    )
    young: float = parameter(
        0.0, low=0, high=1, assumed=(0.0, 0.8), unit="share", en="Chance of a mentor at an interview for those on uddannelseshjælp, at least",
        da="Chance for mentor ved en samtale for dem på uddannelseshjælp, mindst",
    )
    after: int = parameter(
        6, low=0, high=12, unit="months", en="Months that a mentor stays after a move to work or education",
        da="Måneder som en mentor bliver efter overgang til job eller uddannelse",
    )
    relapse: float = parameter(
        0.9, low=0, high=2, assumed=(0.75, 1.0), unit="ratio", en="Losses of work, and drop-out, while the mentor is there, against without",
        da="Tab af job, og frafald, mens mentoren er der, mod uden",
    )

    def each_month(self, world: World) -> None:
        """More mentors, who stay longer."""
        world.change("support.mentor", factor=self.more / (1 - self.refused))
        world.change("support.mentor_after", value=self.after)
        if self.young:
            world.offer_to(world.rows_in(*UDDANNELSESHJAELP), self.young, "mentor")

    def adjust(self, moves: Moves) -> None:
        """Fewer losses of work and less drop-out with a mentor."""
        world = moves.world
        rows = world.rows_in("employment", "education")
        rows = rows[world.column("mentor_until", rows) > world.month]
        moves.scale("employment", _LOSSES, self.relapse, rows=rows)
        moves.scale("education", UDDANNELSESHJAELP, self.relapse, rows=rows)


class CompanyMentor(Policy):
    """A mentor at the workplace, or a jobcoach, for people in company measures (VIR-5)."""

    name: ClassVar[str] = "company_mentor"
    label: ClassVar[Text] = Text(en="Mentor at the workplace or jobcoach", da="Virksomhedsmentor eller jobcoach")
    about: ClassVar[Text | None] = Text(
        en="People in company measures get a mentor at the workplace or a jobcoach. It is said to raise attendance and trust, and one study "
        "indicates more work when a mentor comes with another measure; no size is given. How many fewer places of people far from work are broken "
        "off is assumed, and may be none; those of others stay as they are, and so does trust. The mentors cost what mentors cost.",
        da="Personer i virksomhedsrettede tilbud får en mentor på arbejdspladsen eller en jobcoach. Det siges at øge fremmøde og tillid, og én "
        "undersøgelse tyder på mere job, når en mentor følger et andet tilbud; ingen størrelse angives. Hvor mange færre pladser der afbrydes for "
        "personer langt fra arbejde, er antaget og kan være ingen; andres er uændrede, og det er tilliden også. Mentorerne koster det, mentorer koster.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:3686-3687;4380-4388;4767-4771;5219-5225 (VIR-5)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = OFFERED
    levers: ClassVar[dict[str, str]] = {"VIR-5": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Mentors at interviews of those in company measures, and fewer places broken off.",
        da="Mentorer ved samtaler med dem i virksomhedsrettede tilbud og færre afbrudte pladser.",
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"activity": "+", "work": "+"}

    share: float = parameter(
        0.5, low=0, high=1, assumed=(0.2, 0.9), unit="share", en="Those in company measures who get a mentor at an interview",
        da="Andel i virksomhedsrettede tilbud der får en mentor ved en samtale",
    )
    broken: float = parameter(
        0.8, low=0, high=2, assumed=(0.6, 1.0), unit="ratio", en="Places of people far from work broken off with a mentor against without",
        da="Afbrudte pladser for personer langt fra arbejde med mentor mod uden",
    )

    def each_month(self, world: World) -> None:
        """Give mentors; fewer places are broken off."""
        rows = world.rows_in(*OFFERED)
        world.offer_to(rows[IS_COMPANY[world.column("measure", rows).astype(np.int64)]], self.share, "mentor")
        world.change("placement.broken_far", factor=1 - self.share * (1 - self.broken))


class MoreBrobygning(Policy):
    """Brobygning for more young people on uddannelseshjælp (EG-P.1; SEC-10).

    What brobygning does to exits is the model's own effect, from the pilot of 2013-2014 (``effect_of.brobygning_education``,
    ``brobygning_work``), whose comparison the report shows.
    """

    name: ClassVar[str] = "more_brobygning"
    label: ClassVar[Text] = Text(en="Brobygning for more young people", da="Brobygning til flere unge")
    about: ClassVar[Text | None] = Text(
        en="More young people who are ready for education begin a bridge course with a fixed timetable, stays at a school and a firm, and a "
        "mentor. In the pilot about 10 points more were in education after 60 weeks, and about 6 points fewer in work. The expert group "
        "expects 2,830 full-time participants for 300 million DKK a year. How many begin at an interview is set to come near that number.",
        da="Flere unge, der er parate til uddannelse, begynder på brobygning med fast skema, ophold på skole og i virksomhed og en mentor. I "
        "forsøget var ca. 10 procentpoint flere i uddannelse efter 60 uger og ca. 6 færre i job. Ekspertgruppen venter 2.830 "
        "fuldtidsdeltagere for 300 mio. kr. om året. Hvor mange der begynder ved en samtale, er sat, så tallet kommer i nærheden.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:5980-6025;9604-9617;9861;9920;11003-11009 (EG-P.1, SEC-10)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = READY_FOR_EDUCATION
    levers: ClassVar[dict[str, str]] = {"EG-P.1": "", "SEC-10": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="The chance of brobygning at an interview, and how long it lasts.", da="Chancen for brobygning ved en samtale, og hvor længe den varer.",
    )
    evidence: ClassVar[Evidence] = "moderate"
    claims: ClassVar[dict[Outcome, Direction]] = {"education": "+", "work": "-", "activity": "+", "public_cost": "+"}

    more: float = parameter(
        5.5, low=0, high=50, assumed=(3.0, 9.0), unit="ratio", en="Chance of brobygning at an interview against today",
        da="Chance for brobygning ved en samtale mod i dag",
    )
    length: float = parameter(
        1.0, low=0.2, high=4, assumed=(0.7, 1.5), unit="ratio", en="Months in brobygning against today", da="Måneder i brobygning mod i dag",
    )

    def each_month(self, world: World) -> None:
        """More begin."""
        world.change("support.brobygning", factor=self.more)
        world.change("support.brobygning_months", factor=self.length)


class SupportForComplexProblems(Policy):
    """Health and social support for activity-ready people with several problems (TGT-4), or with addiction (DS14-A20)."""

    name: ClassVar[str] = "support_for_complex_problems"
    label: ClassVar[Text] = Text(en="Support for people with several problems", da="Støtte til personer med flere problemer")
    about: ClassVar[Text | None] = Text(
        en="Activity-ready people with two or more of the five registered problems get health and social support as often as people in "
        "ressourceforløb, the only ones with a joined-up effort today. The other use is a low-threshold social offer for people with addiction or "
        "without a home, who are too weak for virksomhedspraktik; addiction is now or ever in the model, so some have left it behind. No effect is "
        "stated: the support costs money and acts only where the model already says so, when health support goes with a company place.",
        da="Aktivitetsparate med to eller flere af de fem registrerede problemer får sundheds- og social støtte lige så ofte som personer i "
        "ressourceforløb, der som de eneste har en samlet indsats i dag. Den anden brug er et socialt lavtærskeltilbud til personer med misbrug "
        "eller uden bolig, som er for svage til virksomhedspraktik; misbrug er i modellen nu eller tidligere, så nogle har lagt det bag sig. Ingen virkning "
        "er angivet: støtten koster penge og virker kun, hvor modellen i forvejen siger det, når sundhedsstøtte følger en virksomhedsplads.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:2108-2109 (TGT-4); 000_dac57679ce83ad5b.txt:1109-1115 (DS14-A20)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat")
    levers: ClassVar[dict[str, str]] = {"TGT-4": "", "DS14-A20": 'who="addiction_or_homeless", health=0'}
    mechanism: ClassVar[Text | None] = Text(
        en="The chance of health and social support at an interview.", da="Chancen for sundheds- og social støtte ved en samtale.",
    )
    evidence: ClassVar[Evidence] = "none"

    who: Literal["several_problems", "addiction_or_homeless"] = parameter(
        "several_problems", unit="group", en="Whom it is for", da="Hvem den er til",
    )
    health: float = parameter(
        0.16, low=0, high=1, assumed=(0.0, 0.4), unit="share", en="Chance of health support at an interview, at least; as in ressourceforløb",
        da="Chance for sundhedsstøtte ved en samtale, mindst; som i ressourceforløb",
    )
    social: float = parameter(
        0.08, low=0, high=1, assumed=(0.0, 0.4), unit="share", en="Chance of social support at an interview, at least; as in ressourceforløb",
        da="Chance for social støtte ved en samtale, mindst; som i ressourceforløb",
    )

    def each_month(self, world: World) -> None:
        """Give the support to those whom it is for."""
        rows = world.rows_in(*self.touches)
        if self.who == "several_problems":
            chosen = COUNT_OF[world.column("flags", rows).astype(np.int64)] >= 2
        else:
            chosen = (world.column("addiction", rows) > 0) | (world.column("homeless", rows) > 0)
        world.offer_to(rows[chosen], self.health, "sundhedsindsats")
        world.offer_to(rows[chosen], self.social, "social_indsats")


class EarlyCompanyOffers(Policy):
    """The first offer on kontanthjælp and sygedagpenge comes early, and is with an employer (TGT-1)."""

    name: ClassVar[str] = "early_company_offers"
    label: ClassVar[Text] = Text(en="Early company offers", da="Tidlige virksomhedsrettede tilbud")
    about: ClassVar[Text | None] = Text(
        en="In the first months on kontanthjælp or sygedagpenge an offer is given at an interview more often, and guidance becomes "
        "virksomhedspraktik. The source says that it can lower the inflow to other benefits in the long run, without a size. What follows "
        "comes from interviews, hours of outreach, places and the model's own effects of measures, some of which span none.",
        da="I de første måneder på kontanthjælp eller sygedagpenge gives der oftere et tilbud ved en samtale, og vejledning bliver til "
        "virksomhedspraktik. Kilden siger, at det på sigt kan sænke tilgangen til andre ydelser, uden størrelse. Resultatet følger af "
        "samtaler, timer til virksomhedskontakt, pladser og modellens egne virkninger af tilbud, hvoraf nogle rummer ingen.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:2104-2106 (TGT-1)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = (*KONTANTHJAELP, "sygedagpenge")
    levers: ClassVar[dict[str, str]] = {"TGT-1": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Earlier and other offers at interviews, and places with employers that must be found.",
        da="Tidligere og andre tilbud ved samtaler og pladser hos arbejdsgivere, som skal findes.",
    )
    evidence: ClassVar[Evidence] = "moderate"

    months: int = parameter(3, low=1, high=12, unit="months", en="First months of the benefit", da="Første måneder på ydelsen", assumed=(1, 6))
    chance: float = parameter(
        0.8, low=0, high=1, assumed=(0.4, 1.0), unit="share", en="Chance of an offer at an interview in them, at least",
        da="Chance for et tilbud ved en samtale i dem, mindst",
    )
    company: float = parameter(
        0.8, low=0, high=1, assumed=(0.3, 1.0), unit="share", en="Offers of guidance in them that become virksomhedspraktik",
        da="Tilbud om vejledning i dem der bliver til virksomhedspraktik",
    )

    def each_month(self, world: World) -> None:
        """Offer early, and with employers; who moves between groups of kontanthjælp has not begun anew."""
        rows = world.rows_in(*self.touches)
        sick = world.column("status", rows) == CODE["sygedagpenge"]
        new = rows[np.where(sick, world.column("months_in_status", rows), world.column("months_in_spell", rows)) < self.months]
        world.offer_to(new, self.chance)
        world.offer_instead("vejledning", "praktik_privat", self.company * _PRIVATE, new)
        world.offer_instead("vejledning", "praktik_offentlig", self.company * (1 - _PRIVATE), new)


class OffersForAll(Policy):
    """Offers reach those who get none (TGT-2) and people of all origins alike (TGT-3)."""

    name: ClassVar[str] = "offers_for_all"
    label: ClassVar[Text] = Text(en="Offers also for those who get none", da="Tilbud også til dem, der ikke får et")
    about: ClassVar[Text | None] = Text(
        en="Offers reach people far from the labour market who get none today: those who are passed over in ressourceforløb and jobafklaring, "
        "and those whose offers grow fewer with the years. More of their offers are with employers. The other use gives non-western "
        "immigrants as many offers as others; which measures they are offered stays as it is. Both are named as challenges, without an effect; "
        "what follows is the model's own effect of measures, and more work for caseworkers.",
        da="Tilbud når personer langt fra arbejdsmarkedet, som ikke får et i dag: dem, der forbigås i ressourceforløb og jobafklaring, og dem, hvis "
        "tilbud bliver færre med årene. Flere af deres tilbud er hos arbejdsgivere. Den anden brug giver ikke-vestlige indvandrere lige så "
        "mange tilbud som andre; hvilke tilbud de får, er uændret. Begge er nævnt som udfordringer uden virkning; resultatet er modellens egen "
        "virkning af tilbud og mere arbejde til sagsbehandlerne.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:2111-2112 (TGT-2); 2008-2019;2114-2116 (TGT-3)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = OFFERED
    levers: ClassVar[dict[str, str]] = {"TGT-2": "", "TGT-3": "reached=0, company=0, same_for_all_origins=true"}
    mechanism: ClassVar[Text | None] = Text(
        en="The chance of an offer at an interview, and its kind.", da="Chancen for et tilbud ved en samtale, og dets slags.",
    )
    evidence: ClassVar[Evidence] = "none"

    reached: float = parameter(
        0.5, low=0, high=1, assumed=(0.1, 1.0), unit="share", en="Part of the lack of offers that goes away",
        da="Del af manglen på tilbud der forsvinder",
    )
    company: float = parameter(
        0.3, low=0, high=1, assumed=(0.0, 0.8), unit="share", en="Offers of guidance to people far from work that become virksomhedspraktik",
        da="Tilbud om vejledning til personer langt fra arbejde der bliver til virksomhedspraktik",
    )
    same_for_all_origins: bool = parameter(
        False, unit="yes or no", en="Whether non-western immigrants get as many offers as others",
        da="Om ikke-vestlige indvandrere får lige så mange tilbud som andre",
    )

    def each_month(self, world: World) -> None:
        """Pass fewer over."""
        for table in ("offers.passive", "offers.declines"):
            for name in world.parameters.below(table):
                world.change(f"{table}.{name}", factor=1 - self.reached)
        rows = world.rows_in(*FAR)
        world.offer_instead("vejledning", "praktik_privat", self.company * _PRIVATE, rows)
        world.offer_instead("vejledning", "praktik_offentlig", self.company * (1 - _PRIVATE), rows)
        if self.same_for_all_origins:
            world.change("offers.non_western", factor=1 / world.parameters.value("offers.non_western"))


class TransportInAdvance(Policy):
    """Transport to measures is paid in advance (EG-D.2, VIR-8); single grants are easier to give (SEC-14)."""

    name: ClassVar[str] = "transport_in_advance"
    label: ClassVar[Text] = Text(en="Transport paid in advance", da="Forudbetalt transport")
    about: ClassVar[Text | None] = Text(
        en="Citizens in company measures get transport paid in advance and need not lay it out; or single grants are easier to give within the "
        "job plan. In Jammerbugt attendance improved with little abuse, and single grants are said to keep people in their measures; no "
        "size is given. How many fewer places are broken off is assumed, and may be none. No cost is documented, and none is booked.",
        da="Borgere i virksomhedsrettede tilbud får transport betalt forud og skal ikke lægge ud; eller enkeltydelser bliver lettere at give i "
        "jobplanen. I Jammerbugt blev fremmødet bedre med lidt misbrug, og enkeltydelser siges at fastholde; ingen størrelse angives. Hvor mange "
        "færre pladser der afbrydes, er antaget og kan være ingen. Ingen udgift er dokumenteret, og ingen er bogført.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9712-9715 (EG-D.2); 4570-4596 (VIR-8); 6739-6749;6953-6961 (SEC-14)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("dagpenge", *OFFERED)
    levers: ClassVar[dict[str, str]] = {"EG-D.2": "", "VIR-8": "", "SEC-14": ""}
    mechanism: ClassVar[Text | None] = Text(en="Fewer places broken off.", da="Færre afbrudte pladser.")
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"activity": "+"}

    broken: float = parameter(
        0.93, low=0, high=2, assumed=(0.8, 1.0), unit="ratio", en="Places broken off against today", da="Afbrudte pladser mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Fewer places are broken off."""
        for path in _BROKEN:
            world.change(path, factor=self.broken)


class CitizensChoose(Policy):
    """A trial in which citizens choose goals and measures themselves (EG-B.9)."""

    name: ClassVar[str] = "citizens_choose"
    label: ClassVar[Text] = Text(en="Trial: citizens choose goals and measures", da="Forsøg: borgeren vælger mål og indsats")
    about: ClassVar[Text | None] = Text(
        en="In a trial of 2016 and 2017 citizens choose goals and measures, approve the mentor agreement and may take micro-loans. It costs 5 "
        "million DKK in all. Influence is said to raise ownership and motivation; what that does to work and education is not stated. Who takes "
        "part and the effect are assumed; the range of the effect includes none, and less.",
        da="I et forsøg i 2016 og 2017 vælger borgerne mål og indsats, godkender mentoraftalen og kan få mikrolån. Det koster 5 mio. kr. i alt. "
        "Indflydelse siges at øge ejerskab og motivation; hvad det gør ved job og uddannelse, er ikke angivet. Hvem der deltager, og "
        "virkningen er antaget; spændet omfatter både ingen og negativ virkning.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9526-9528;9540-9545;9571-9583;9984-9986 (EG-B.9)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = FAR
    levers: ClassVar[dict[str, str]] = {"EG-B.9": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Moves to work and education of those who take part, and a grant.", da="Overgange til job og uddannelse for deltagerne og en bevilling.",
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {"public_cost": "+"}

    start: str | None = "2016-01"
    end: str | None = "2017-12"
    coverage: float = parameter(
        0.02, low=0, high=1, assumed=(0.005, 0.1), unit="share", en="People far from work who take part", da="Personer langt fra arbejde der deltager",
    )
    motivation: float = parameter(
        1.05, low=0.5, high=2, assumed=(0.9, 1.25), unit="ratio", en="Their moves to work and education against without the trial",
        da="Deres overgange til job og uddannelse mod uden forsøget",
    )
    grant: float = parameter(2.5, low=0, high=100, unit="DKK million a year", en="Money for the trial", da="Midler til forsøget")

    def adjust(self, moves: Moves) -> None:
        """Scale the moves of those who take part."""
        rows = moves.world.rows_in(*FAR)
        chosen = rows[moves.world.draw_once("takes_part", rows) < self.coverage]
        moves.scale(FAR, ("employment", "education"), self.motivation, rows=chosen)

    def amend(self, law: Law) -> None:
        """Pay for the trial."""
        law.add_grant(self.grant * 1e6)


class TalksAfterDagpenge(Policy):
    """The jobcentre talks with self-supporting people who have lost dagpenge in their first three months (EG-D.6)."""

    name: ClassVar[str] = "talks_after_dagpenge"
    label: ClassVar[Text] = Text(en="Talks with those who lost dagpenge", da="Samtaler med dem, der har opbrugt dagpenge")
    about: ClassVar[Text | None] = Text(
        en="People who lose dagpenge and support themselves meet the jobcentre in the first three months. No effect is stated: how much more "
        "often they go to work is assumed, and may be none. The model does not know which benefit they lost: it selects all who have just become "
        "self-supporting after public support of any kind in nearly all of the last two years. That løntilskud may go on with the same employer "
        "after dagpenge is not modelled, and the talks take no caseworker time here.",
        da="Personer, der mister dagpenge og forsørger sig selv, møder jobcentret i de første tre måneder. Ingen virkning er angivet: hvor meget "
        "oftere de går i job, er antaget og kan være ingen. Modellen ved ikke, hvilken ydelse de mistede: den vælger alle, der netop er blevet "
        "selvforsørgende efter offentlig forsørgelse af enhver slags i næsten hele de seneste to år. At løntilskud kan fortsætte hos samme "
        "arbejdsgiver efter dagpenge, er ikke modelleret, og samtalerne koster her ingen sagsbehandlertid.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9765-9773 (EG-D.6)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("self_support",)
    levers: ClassVar[dict[str, str]] = {"EG-D.6": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Moves to work in the first months of self-support.", da="Overgang til job i de første måneder som selvforsørgende.",
    )
    evidence: ClassVar[Evidence] = "none"

    months: int = parameter(3, low=1, high=12, unit="months", en="First months of self-support", da="Første måneder som selvforsørgende")
    work: float = parameter(
        1.05, low=0.5, high=2, assumed=(0.9, 1.25), unit="ratio", en="Moves to work in them against without talks",
        da="Overgang til job i dem mod uden samtaler",
    )

    def adjust(self, moves: Moves) -> None:
        """Scale moves to work of those who had long support until they became self-supporting."""
        world = moves.world
        rows = world.rows_in("self_support")
        months = world.column("months_in_status", rows)
        new = rows[(months > 0) & (months <= self.months)]
        lost = new[months_on_support(world, new, 24) + world.column("months_in_status", new) >= 23]
        moves.scale("self_support", "employment", self.work, rows=lost)


assert set(FAR) <= set(BENEFITS) <= set(group_members("edge", "temporary"))
