"""Which of the time zones of Windows observe daylight saving time.

The zones and the places that stand for them are those of CLDR (common/supplemental/windowsZones.xml, territory 001, as
of 2026). Whether they change their clocks was computed for these places from the IANA time zone database 2026f: a zone
observes daylight saving time where its offset from UTC changes between 20 November 2026 and 20 November 2027. Names
that CLDR maps to no place ("Mid-Atlantic Standard Time", "Kamchatka Standard Time") are not known.
"""

from __future__ import annotations

from typing import Final

_OBSERVING: Final = """
    AUS Eastern Standard Time; Alaskan Standard Time; Aleutian Standard Time; Atlantic Standard Time; Azores
    Standard Time; Cen. Australia Standard Time; Central Europe Standard Time; Central European Standard Time;
    Central Standard Time; Chatham Islands Standard Time; Cuba Standard Time; E. Europe Standard Time; Easter
    Island Standard Time; Eastern Standard Time; Egypt Standard Time; FLE Standard Time; GMT Standard Time; GTB
    Standard Time; Greenland Standard Time; Haiti Standard Time; Israel Standard Time; Lord Howe Standard Time;
    Middle East Standard Time; Mountain Standard Time; New Zealand Standard Time; Newfoundland Standard Time;
    Norfolk Standard Time; Pacific SA Standard Time; Pacific Standard Time; Pacific Standard Time (Mexico);
    Romance Standard Time; Saint Pierre Standard Time; Tasmania Standard Time; Turks And Caicos Standard Time;
    US Eastern Standard Time; W. Europe Standard Time; West Bank Standard Time
"""
_NOT_OBSERVING: Final = """
    AUS Central Standard Time; Afghanistan Standard Time; Alberta Standard Time; Altai Standard Time; Arab
    Standard Time; Arabian Standard Time; Arabic Standard Time; Argentina Standard Time; Astrakhan Standard
    Time; Aus Central W. Standard Time; Azerbaijan Standard Time; Bahia Standard Time; Bangladesh Standard Time;
    Belarus Standard Time; Bougainville Standard Time; British Columbia Standard Time; Canada Central Standard
    Time; Cape Verde Standard Time; Caucasus Standard Time; Central America Standard Time; Central Asia Standard
    Time; Central Brazilian Standard Time; Central Pacific Standard Time; Central Standard Time (Mexico); China
    Standard Time; Dateline Standard Time; E. Africa Standard Time; E. Australia Standard Time; E. South America
    Standard Time; Eastern Standard Time (Mexico); Ekaterinburg Standard Time; Fiji Standard Time; Georgian
    Standard Time; Greenwich Standard Time; Hawaiian Standard Time; India Standard Time; Iran Standard Time;
    Jordan Standard Time; Kaliningrad Standard Time; Korea Standard Time; Libya Standard Time; Line Islands
    Standard Time; Magadan Standard Time; Magallanes Standard Time; Manitoba Standard Time; Marquesas Standard
    Time; Mauritius Standard Time; Montevideo Standard Time; Morocco Standard Time; Mountain Standard Time
    (Mexico); Myanmar Standard Time; N. Central Asia Standard Time; Namibia Standard Time; Nepal Standard Time;
    North Asia East Standard Time; North Asia Standard Time; North Korea Standard Time; Omsk Standard Time;
    Pakistan Standard Time; Paraguay Standard Time; Qyzylorda Standard Time; Russia Time Zone 10; Russia Time
    Zone 11; Russia Time Zone 3; Russian Standard Time; SA Eastern Standard Time; SA Pacific Standard Time; SA
    Western Standard Time; SE Asia Standard Time; Sakhalin Standard Time; Samoa Standard Time; Sao Tome Standard
    Time; Saratov Standard Time; Singapore Standard Time; South Africa Standard Time; South Sudan Standard Time;
    Sri Lanka Standard Time; Sudan Standard Time; Syria Standard Time; Taipei Standard Time; Tocantins Standard
    Time; Tokyo Standard Time; Tomsk Standard Time; Tonga Standard Time; Transbaikal Standard Time; Turkey
    Standard Time; US Mountain Standard Time; UTC; UTC+12; UTC+13; UTC-02; UTC-08; UTC-09; UTC-11; Ulaanbaatar
    Standard Time; Venezuela Standard Time; Vladivostok Standard Time; Volgograd Standard Time; W. Australia
    Standard Time; W. Central Africa Standard Time; W. Mongolia Standard Time; West Asia Standard Time; West
    Pacific Standard Time; Yakutsk Standard Time; Yukon Standard Time
"""


def _names(listed: str) -> frozenset[str]:
    return frozenset(" ".join(name.split()).lower() for name in listed.split(";"))


_WITH, _WITHOUT = _names(_OBSERVING), _names(_NOT_OBSERVING)


def observes_daylight_saving(zone: str) -> bool | None:
    """Tell whether the Windows time *zone*, in any case, observes daylight saving time; None where it is not known."""
    name = zone.lower()
    return True if name in _WITH else False if name in _WITHOUT else None
