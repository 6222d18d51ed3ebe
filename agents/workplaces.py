"""Sectors and sizes of workplaces with their labels, and how many municipalities there are. Apart from the agents, so that reports
need no Mesa."""

MUNICIPALITIES = 98
"""Municipalities of Denmark; their codes are 1 to this number."""

SIZE_CLASSES: dict[str, tuple[str, str]] = {
    "1-9": ("1 to 9 staff", "1 til 9 ansatte"),
    "10-49": ("10 to 49 staff", "10 til 49 ansatte"),
    "50-249": ("50 to 249 staff", "50 til 249 ansatte"),
    "250+": ("250 staff and more", "250 ansatte og derover"),
}
"""Size classes, with labels (English, Danish)."""

SECTORS: dict[str, tuple[str, str]] = {
    "agriculture": ("Agriculture", "Landbrug"),
    "industry": ("Industry", "Industri"),
    "construction": ("Construction", "Bygge og anlæg"),
    "trade_transport": ("Trade and transport", "Handel og transport"),
    "it_finance": ("IT, finance and business services", "It, finans og erhvervsservice"),
    "other_services": ("Other private services", "Øvrig privat service"),
    "public": ("Public", "Offentlig"),
}
"""Sectors, with labels (English, Danish); the last is public."""
