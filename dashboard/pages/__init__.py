"""The pages of the dashboard, in the order of the navigation."""

from dashboard.page import Page
from dashboard.pages import build, citizen, compare, evidence, flows, jobcentres, start, teaching

PAGES: tuple[Page, ...] = tuple(
    module.PAGE for module in (start, build, compare, flows, citizen, jobcentres, evidence, teaching)
)
