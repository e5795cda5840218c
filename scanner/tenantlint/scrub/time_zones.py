"""The time zones of Windows, by which schedules run."""

from __future__ import annotations

import re
from typing import Final

from tenantlint.scrub.parts import split_lines

_STANDARD: Final = " standard time"
_MEXICO: Final = " (mexico)"

_PLACES: Final = split_lines(
    """
    Afghanistan; Alaskan; Alberta; Aleutian; Altai; Arab; Arabian; Arabic; Argentina; Astrakhan; Atlantic
    AUS Central; Aus Central W.; AUS Eastern; Azerbaijan; Azores; Bahia; Bangladesh; Belarus; Bougainville
    British Columbia; Canada Central; Cape Verde; Caucasus; Cen. Australia; Central; Central America; Central Asia
    Central Brazilian; Central Europe; Central European; Central Pacific; Chatham Islands; China; Cuba; Dateline
    E. Africa; E. Australia; E. Europe; E. South America; Easter Island; Eastern; Egypt; Ekaterinburg; Fiji; FLE
    Georgian; GMT; Greenland; Greenwich; GTB; Haiti; Hawaiian; India; Iran; Israel; Jordan; Kaliningrad; Kamchatka
    Korea; Libya; Line Islands; Lord Howe; Magadan; Magallanes; Manitoba; Marquesas; Mauritius; Mid-Atlantic
    Middle East; Montevideo; Morocco; Mountain; Myanmar; N. Central Asia; Namibia; Nepal; New Zealand; Newfoundland
    Norfolk; North Asia; North Asia East; North Korea; Omsk; Pacific; Pacific SA; Pakistan; Paraguay; Qyzylorda
    Romance; Russian; SA Eastern; SA Pacific; SA Western; Saint Pierre; Sakhalin; Samoa; Sao Tome; Saratov; SE Asia
    Singapore; South Africa; South Sudan; Sri Lanka; Sudan; Syria; Taipei; Tasmania; Tocantins; Tokyo; Tomsk; Tonga
    Transbaikal; Turkey; Turks And Caicos; Ulaanbaatar; US Eastern; US Mountain; Venezuela; Vladivostok; Volgograd
    W. Australia; W. Central Africa; W. Europe; W. Mongolia; West Asia; West Bank; West Pacific; Yakutsk; Yukon
""".replace(";", "\n")
)

_NUMBERED: Final = re.compile(r"UTC([+-]\d\d)?|Russia Time Zone \d{1,2}", re.ASCII | re.IGNORECASE)


def is_time_zone(text: str) -> bool:
    """Tell whether *text* is a time zone of Windows: "W. Europe Standard Time", "UTC-11"."""
    place = text.lower().removesuffix(_MEXICO)
    if place.endswith(_STANDARD):
        return place.removesuffix(_STANDARD) in _PLACES
    return bool(_NUMBERED.fullmatch(text))
