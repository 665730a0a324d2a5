"""Names of countries in English, and their ISO 3166-1 alpha-2 codes."""

from __future__ import annotations

_NAMES = """
AD Andorra|AE United Arab Emirates,UAE|AF Afghanistan|AL Albania|AM Armenia|AO Angola
AR Argentina|AT Austria|AU Australia|AZ Azerbaijan|BA Bosnia and Herzegovina,Bosnia|BB Barbados
BD Bangladesh|BE Belgium|BF Burkina Faso|BG Bulgaria|BH Bahrain|BI Burundi|BJ Benin|BM Bermuda
BN Brunei|BO Bolivia|BR Brazil|BS Bahamas,The Bahamas|BT Bhutan|BW Botswana|BY Belarus|BZ Belize
CA Canada|CD Democratic Republic of the Congo,DR Congo,Congo-Kinshasa|CF Central African Republic
CG Congo,Republic of the Congo|CH Switzerland|CI Ivory Coast,Côte d'Ivoire,Cote d'Ivoire|CL Chile
CM Cameroon|CN China,People's Republic of China,Mainland China|CO Colombia|CR Costa Rica|CU Cuba
CV Cape Verde,Cabo Verde|CY Cyprus|CZ Czech Republic,Czechia
DE Germany,West Germany,East Germany|DJ Djibouti|DK Denmark|DM Dominica|DO Dominican Republic
DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|ER Eritrea|ES Spain|ET Ethiopia|FI Finland|FJ Fiji
FO Faroe Islands|FR France|GA Gabon|GB United Kingdom,UK,U.K.,Great Britain,Britain,England,Scotland,Wales
GD Grenada|GE Georgia|GF French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland|GM Gambia
GN Guinea|GP Guadeloupe|GQ Equatorial Guinea|GR Greece|GT Guatemala|GU Guam|GW Guinea-Bissau
GY Guyana|HK Hong Kong,Hong Kong SAR China|HN Honduras|HR Croatia|HT Haiti|HU Hungary
ID Indonesia|IE Ireland|IL Israel|IM Isle of Man|IN India|IQ Iraq|IR Iran,Islamic Republic of Iran
IS Iceland|IT Italy|JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KG Kyrgyzstan|KH Cambodia
KM Comoros|KN Saint Kitts and Nevis|KP North Korea|KR South Korea,Korea,Republic of Korea
KW Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos|LB Lebanon|LC Saint Lucia|LI Liechtenstein
LK Sri Lanka|LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|LV Latvia|LY Libya|MA Morocco
MC Monaco|MD Moldova|ME Montenegro|MG Madagascar|MK North Macedonia,Macedonia|ML Mali
MM Myanmar,Burma|MN Mongolia|MO Macau,Macao|MQ Martinique|MR Mauritania|MT Malta|MU Mauritius
MV Maldives|MW Malawi|MX Mexico|MY Malaysia|MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger
NG Nigeria|NI Nicaragua|NL Netherlands,The Netherlands,Holland|NO Norway|NP Nepal|NZ New Zealand
OM Oman|PA Panama|PE Peru|PF French Polynesia|PG Papua New Guinea|PH Philippines|PK Pakistan
PL Poland|PR Puerto Rico|PS Palestine,Palestinian Territories,State of Palestine|PT Portugal
PY Paraguay|QA Qatar|RE Réunion,Reunion|RO Romania|RS Serbia,Serbia and Montenegro|RW Rwanda
RU Russia,Russian Federation,Soviet Union,USSR
SA Saudi Arabia|SC Seychelles|SD Sudan|SE Sweden|SG Singapore|SI Slovenia
SK Slovakia,Slovak Republic|SL Sierra Leone|SM San Marino|SN Senegal|SO Somalia|SR Suriname
SS South Sudan|SV El Salvador|SY Syria,Syrian Arab Republic|SZ Eswatini,Swaziland|TD Chad|TG Togo
TH Thailand|TJ Tajikistan|TL East Timor,Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga
TR Turkey,Türkiye,Turkiye|TT Trinidad and Tobago|TW Taiwan|TZ Tanzania|UA Ukraine|UG Uganda
US United States,United States of America,USA,U.S.A.,U.S.,America|UY Uruguay|UZ Uzbekistan
VA Vatican City,Holy See|VE Venezuela|VN Vietnam,Viet Nam|VU Vanuatu|WS Samoa
XK Kosovo|YE Yemen|ZA South Africa|ZM Zambia|ZW Zimbabwe
"""
"""Code and names. States that are gone stand at the one that took over most of their studios."""

_CODES: dict[str, str] = {}
for _entry in _NAMES.strip().replace("\n", "|").split("|"):
    _code, _, _names = _entry.partition(" ")
    for _name in (_code, *_names.split(",")):
        _CODES[_name.casefold()] = _code


def country_code(name: str) -> str | None:
    """The alpha-2 code of a country's name or code; None for one not known."""
    return _CODES.get(name.strip().casefold())
