"""Modules of active measures, support and places with employers: whom they reach, and what they change."""

import numpy as np
import pytest

from agents.calendar import month
from agents.employer import PUBLIC
from agents.flags import COUNT_OF
from agents.measures import IS_COMPANY, MEASURE_CODE, MEASURES, SUPPORTS
from agents.mistake import Mistake
from agents.statuses import CODE, family_members
from policies.chosen import EDUCATION, FAR, in_turn, months_on_support
from policies.employers import ConsultantSkills, FirmService, PlaceMatching, SupportedQuota
from policies.measures import (
    CitizensChoose,
    CompanyMentor,
    DutyForLongTerm,
    EarlyCompanyOffers,
    FlexibleWageSubsidy,
    MentorSupport,
    OffersForAll,
    PreparatoryCourse,
    SupportForComplexProblems,
    TalksAfterDagpenge,
)
from sim.model import BenefitModel
from sim.parameters import load

COURSE, FLEXIBLE = MEASURE_CODE["forberedende_forloeb"], MEASURE_CODE["fleksibelt_loentilskud"]


def run(*policies, months=6, **settings):
    return BenefitModel(**{"scale": 0.005, "seed": 2, "months": months, "policies": policies, **settings}).run()


@pytest.fixture(scope="module")
def base():
    """A short run without policies. Look at it, do not change it."""
    return run(months=4)


@pytest.fixture(scope="module")
def package():
    """Everybody long on support gets the course or the subsidy; mentors stay after a move. Look at it, do not change it."""
    return run(PreparatoryCourse(share=0.5, longest=1, then_place=1), FlexibleWageSubsidy(share=0.5), MentorSupport(more=3, after=6), months=8)


# ---------------------------------------------------------------- verbs
def test_an_offer_at_least(base):
    """If this fails, offer_to reaches others than its rows, gives less than asked, or lasts longer than a month."""
    measures = base.institution.measures
    rows = base.rows_in("ressourceforloeb")
    idle = rows[(base.column("measure", rows) == 0) & (base.column("seeking", rows) == 0)]
    half = idle[::2]
    before = measures.offers.chance(idle, base.month)
    assert (before == 0).any(), "some are passed over in practice"
    base.world.offer_to(half, 0.9)
    base.world.offer_to(half[:1], 0.4)
    after = measures.offers.chance(idle, base.month)
    assert np.allclose(after[::2], np.maximum(before[::2], 0.9))
    assert np.array_equal(after[1::2], before[1::2])
    measures.offers._at_least = {}
    assert np.array_equal(measures.offers.chance(idle, base.month), before)
    for rows, chance, support in ((half, 1.1, None), (half, 0.5, "coach")):
        with pytest.raises(Mistake, match=r"1\.1|coach"):
            base.world.offer_to(rows, chance, support)


@pytest.mark.parametrize("name", SUPPORTS)
def test_a_support_at_least(name):
    """If this fails, support given to chosen rows reaches others, or not all of the chosen who are met."""
    model = BenefitModel(scale=0.005, seed=2, months=1)
    measures, rows, now = model.institution.measures, model.rows_in("sygedagpenge"), model.month + 1
    column = model.population[f"{name}_until"]
    column[rows] = now
    model.world.offer_to(rows[::2], 1.0, name)
    measures.offers.support(rows, now)
    assert (column[rows[::2]] > now).all()
    assert (column[rows[1::2]] <= now).all(), "sick-listed people get none in practice"
    assert model.touched[rows[::2]].all()
    assert not model.touched[rows[1::2]].any()


def test_places_of_a_scheme_are_limited_and_held(base):
    """If this fails, a scheme holds more people than places, fills at once, or changes its people every month."""
    policy, rows = MentorSupport(), np.arange(base.population.size)
    a_year, months = rows.size * base.weight * 0.2, 18
    month_, held = base.month, []
    try:
        for later in range(30):
            base.month = month("2014-05") + later
            held.append(in_turn(base.world, policy, rows, a_year=a_year, months=months))
    finally:
        base.month = month_
    share = np.array([h.size for h in held]) / rows.size
    assert np.allclose(share[[2, 8]], [0.05, 0.15], atol=0.02)  # 5 standard errors
    assert np.allclose(share[17:], 0.3, atol=0.02)
    assert np.isin(held[0], held[17]).all()
    assert not np.isin(held[0], held[19]).any()
    assert in_turn(base.world, policy, rows[:0], a_year=a_year, months=months).size == 0


# ---------------------------------------------------------------- instead of guidance
def test_whom_the_course_is_for(watch, base):
    """If this fails, the preparatory course is offered to people on dagpenge or to newcomers."""
    (args, _), *_ = watch.each_month(PreparatoryCourse(), base).of("offer_instead")
    of, instead, share, rows = args
    assert (of, instead, share) == ("vejledning", "forberedende_forloeb", 0.6)
    assert (months_on_support(base.world, rows) > 12).all()
    assert not np.isin(base.population["status"][rows], [CODE["dagpenge"], CODE["fleksjob"]]).any()
    others = np.setdiff1d(base.rows_in("kontanthjaelp_aktivitetsparat"), rows)
    assert (months_on_support(base.world, others) <= 12).all()


def test_the_course_of_a_month_and_what_follows(package):
    """If this fails, a course of at most a month lasts longer, or guidance follows it where a place should."""
    c = package.population
    now = c["measure"] == COURSE
    assert now.sum() > 3
    assert (c["measure_until"][now] <= package.month + 1).all()
    had = np.flatnonzero((c["last_measure"] == COURSE) & (c["measure_ended"] >= package.month - 3) & (c["referred"] >= c["measure_ended"]))
    assert had.size
    sought = c["seeking"][had]
    given = np.where(sought > 0, sought, c["measure"][had])
    assert (given[given > 0] != COURSE).all()
    table = package.measures().groupby("measure")["begun"].sum()
    assert table["forberedende_forloeb"] > 0


def test_a_shorter_course_is_shorter_for_all(watch, base):
    """If this fails, only the mean of the course changes, and some still last three months."""
    world = watch.each_month(PreparatoryCourse(longest=2), base)
    assert world.factor("measure_length.forberedende_forloeb") == world.factor("measure_longest.forberedende_forloeb") == 2 / 3
    assert not watch.each_month(PreparatoryCourse(), base).of("change")


def test_refund_of_the_course(watch):
    """If this fails, the state refunds another share than half, or to job-ready people in their first year."""
    at = [m.name for m in MEASURES].index("forberedende_forloeb")
    for refunded in (1.0, 0.8):
        law = watch.law_of(PreparatoryCourse(refunded=refunded))
        assert law.operation_refund[at] == 0.5 * refunded
        assert law.operation_free[at] == 12


def test_the_flexible_subsidy(package):
    """If this fails, the subsidy has more than 25 hours a week, public employers, newcomers, or lasts over a year."""
    c = package.population
    rows = np.flatnonzero(c["measure"] == FLEXIBLE)
    assert rows.size > 3
    assert c["measure_hours"][rows].max() <= 25
    sector = package.institution.employers.employers["sector"][c["employer"][rows]]
    assert (sector != PUBLIC).all()
    assert (c["measure_until"][rows] - package.month <= 12).all()
    assert (months_on_support(package.world, rows) > 20).all()


def test_the_duty(watch, base):
    """If this fails, the duty falls on people with a measure or newcomers, or the team sees people who had a place."""
    world = watch.each_month(DutyForLongTerm(kept=0.7), base)
    ((passive, chance), _), = world.of("offer_to")
    assert chance == 0.7
    assert (base.population["measure"][passive] == 0).all()
    assert (base.population["measure_ended"][passive] <= base.month - 12).all()
    assert (base.column("months_in_spell", passive) >= 12).all()
    assert np.array_equal(world.of("offer_instead")[0][0][3], passive)
    seen = []
    month_ = base.month
    try:
        for later in range(12):
            base.month = month_ + later
            seen.append(watch.each_month(DutyForLongTerm(), base).of("clarify")[0][0][0])
    finally:
        base.month = month_
    assert np.unique(np.concatenate(seen)).size > 0
    once = np.unique(seen[0])
    assert not np.isin(once, seen[5]).any(), "a case is reviewed once a year"
    last = base.population["last_measure"][once]
    recent = base.population["measure_ended"][once] > month_ - 12
    assert not (recent & (IS_COMPANY[last] | (last == EDUCATION))).any()
    assert (months_on_support(base.world, once) > 24).all()
    assert not np.isin(base.population["status"][once], [CODE["ressourceforloeb"]]).any()
    assert watch.law_of(DutyForLongTerm()).grants == 0, "the accounts book each case"
    assert watch.law_of(DutyForLongTerm(grant=30.0)).grants == 30e6


# ---------------------------------------------------------------- support
def test_mentors_stay_after_a_move(watch, package, base):
    """If this fails, mentors leave with the benefit although they may stay, stay too long, or stay without the policy."""
    in_work = package.rows_in("employment", "education")
    until, since = package.column("mentor_until", in_work), package.column("since", in_work)
    stay = until > since
    assert stay.any()
    assert (until[stay] - since[stay] <= 6).all()
    others = base.rows_in("employment", "education")
    assert (base.column("mentor_until", others) <= base.column("since", others)).all()
    scaled = watch.moves_of(MentorSupport(relapse=0.8), package).scaled
    assert {source for source, *_ in scaled} == {"employment", "education"}
    for _, _, factor, rows in scaled:
        assert factor == 0.8
        assert np.array_equal(rows, in_work[until > package.month])


def test_mentors_who_may_not_be_refused(watch, base):
    """If this fails, the chance of a mentor does not rise by those who say no, or the young are not offered one."""
    world = watch.each_month(MentorSupport(more=1, refused=0.2, young=0.5), base)
    assert world.factor("support.mentor") == pytest.approx(1.25)
    ((rows, chance, what), _), = world.of("offer_to")
    assert (chance, what) == (0.5, "mentor")
    assert np.array_equal(rows, base.rows_in(*family_members("uddannelseshjaelp")))
    assert not watch.each_month(MentorSupport(), base).of("offer_to")


def test_company_mentors(watch, base):
    """If this fails, mentors go to people without a place, or hold places that have none."""
    world = watch.each_month(CompanyMentor(share=0.5, broken=0.6), base)
    ((rows, chance, what), _), = world.of("offer_to")
    assert (chance, what) == (0.5, "mentor")
    assert IS_COMPANY[base.population["measure"][rows]].all() and rows.size
    assert world.factor("placement.broken_far") == pytest.approx(0.8)
    assert not world.of("change", "placement.broken"), "places of people near work hold as they do"


def test_early_offers(watch, base):
    """If this fails, somebody who moves between groups of kontanthjælp begins anew, or the long sick get early offers."""
    (rows, chance), _ = watch.each_month(EarlyCompanyOffers(months=2), base).of("offer_to")[0]
    assert chance == 0.8
    sick = base.population["status"][rows] == CODE["sygedagpenge"]
    assert sick.any() and not sick.all()
    assert (base.column("months_in_status", rows[sick]) < 2).all()
    assert (base.column("months_in_spell", rows[~sick]) < 2).all()
    all_sick = base.rows_in("sygedagpenge")
    assert np.array_equal(rows[sick], all_sick[base.column("months_in_status", all_sick) < 2])


def test_a_review_does_not_recognise_all(watch, base):
    """If this fails, a review on thin evidence recognises every need, or another share than assumed."""
    policy = DutyForLongTerm(review=12)
    counts = [watch.each_month(policy.model_copy(update={"recognised": share}), base).of("clarify")[0][0][0].size for share in (1.0, 0.5, 0.0)]
    assert counts[2] == 0
    assert abs(counts[1] / counts[0] - 0.5) < 5 * np.sqrt(0.25 / counts[0])


def test_support_for_complex_problems(watch, base):
    """If this fails, support goes to people with one problem, or to others than those with addiction or no home."""
    flags = watch.each_month(SupportForComplexProblems(), base).of("offer_to")
    assert [args[2] for args, _ in flags] == ["sundhedsindsats", "social_indsats"]
    assert (COUNT_OF[base.population["flags"][flags[0][0][0]]] >= 2).all()
    low = watch.each_month(SupportForComplexProblems(who="addiction_or_homeless"), base).of("offer_to")[0][0][0]
    assert ((base.population["addiction"][low] == 1) | (base.population["homeless"][low] == 1)).all()


def test_offers_for_all():
    """If this fails, non-western immigrants do not get as many offers as others, or people are still passed over."""
    model = run(OffersForAll(reached=1, company=0, same_for_all_origins=True), months=1)
    p = model.in_force
    assert p.value("offers.non_western") == pytest.approx(1.0)
    assert p.value("offers.passive.ressourceforloeb") == 0
    rows = model.rows_in("ressourceforloeb")
    idle = rows[(model.column("measure", rows) == 0) & (model.column("seeking", rows) == 0)]
    assert (model.institution.measures.offers.chance(idle, model.month) > 0).all()


def test_citizens_choose(watch, base):
    """If this fails, the trial reaches all, or costs more than 5 million in two years."""
    (_, _, factor, rows), = watch.moves_of(CitizensChoose(coverage=0.3, motivation=1.2), base).scaled
    far = base.rows_in(*FAR)
    assert factor == 1.2
    assert np.isin(rows, far).all()
    assert abs(rows.size / far.size - 0.3) < 5 * np.sqrt(0.21 / far.size)
    assert watch.law_of(CitizensChoose()).grants * 2 == 5e6


def test_talks_after_dagpenge(watch):
    """If this fails, talks reach self-supporting people who had no long support, or have been so for long."""
    model = BenefitModel(scale=0.005, seed=2, months=1)
    c, now = model.population, model.month
    rows = model.rows_in("self_support")[:4]
    c["since"][rows] = [now - 2, now - 2, now - 8, now - 2]
    c["support"][rows] = [2**60 - 1, 2**6 - 1, 2**60 - 1, 0]
    (_, to, _, chosen), = watch.moves_of(TalksAfterDagpenge(), model).scaled
    assert to == "employment"
    assert np.isin(rows, chosen).tolist() == [True, False, False, False]


# ---------------------------------------------------------------- employers
def test_what_the_quota_counts(watch, base):
    """If this fails, hours are not counted against a full-time week, or weak people still count."""
    c = base.population
    rows = base.rows_in("dagpenge", *load().below("offers.first"))
    placed = rows[IS_COMPANY[c["measure"][rows]]]
    far = np.isin(c["status"][placed], [CODE[n] for n in FAR]).mean()
    for rule, room in (("heads", 1.0), ("hours", 37 / c["measure_hours"][placed].mean()), ("not_far", 1 / (1 - far))):
        policy = SupportedQuota(counts=rule, binds=0.5)
        assert policy.room(base.world) == pytest.approx(room)
        assert watch.each_month(policy, base).of("scale_quota")[0][0][0] == pytest.approx(1 + 0.5 * (room - 1))


def test_a_wider_quota_gives_places():
    """If this fails, employers who would give a part of what is allowed give no more when more is allowed, those who want few
    give more, or a run stops because more are placed than the law of 2014 allows."""
    wide = run(SupportedQuota(counts="heads", factor=4), months=3)
    e = wide.institution.employers
    few = e.employers["wanted"] <= 1
    willing = e.employers["willingness"] >= e.employers["reserve"]
    offered, wanted = e.employers["offered"], e.employers["wanted"]
    assert (offered[few & (e.employers["used"] <= 1)] <= 1).all()
    big = ~few & willing & (e.employers["cap"] > 5)
    assert big.any()
    assert (offered[big] >= 4 * wanted[big]).mean() > 0.95  # some willingness changes after places are offered
    assert (e.allowed >= e.employers["cap"]).all()


def test_service_makes_employers_willing():
    """If this fails, the factor on willingness does not open places, for supported people and for fleksjob."""
    counts = []
    for factor in (1.0, 1.2):
        model = run(FirmService(willing=factor, minutes=1, follow_up=1), months=1)
        free = model.institution.employers._free("fleks_used").sum()
        counts.append((model.institution.employers.employers["offered"].sum(), free))
    assert counts[1][0] > counts[0][0]
    assert counts[1][1] > counts[0][1]


@pytest.mark.parametrize("recruitment", [0.0, 0.4, 1.0])
def test_money_for_consultants_is_spent_once(watch, base, recruitment):
    """If this fails, the 35 million are spent twice, or not at all: what hours cost and the grant add up to them."""
    policy, p = ConsultantSkills(recruitment=recruitment), load()
    factor = watch.each_month(policy, base).of("scale_outreach")[0][0][0]
    hours = (factor - 1) * p.value("outreach.hours") * 12 * p.value("cost.outreach_hour")
    assert hours + watch.law_of(policy).grants == pytest.approx(35e6)


def test_match_is_the_opposite_of_centres(watch, base):
    """If this fails, individual match takes less time or breaks more often than today."""
    centre, match = (watch.each_month(PlaceMatching(centre=c), base) for c in (0.5, -0.5))
    for path, sign in (("outreach.minutes", -1), ("placement.broken", 1), ("placement.broken_far", 1)):
        assert np.sign(centre.factor(path) - 1) == sign
        assert centre.factor(path) + match.factor(path) == pytest.approx(2)
