"""Names of countries outside the United Kingdom and Crown dependencies, folded, to tell an address abroad.

Short names of sovereign states and a few others as people write them; never matched inside an address, only as a
whole country field or as the last part of an address.
"""

from __future__ import annotations

_NAMES = """
afghanistan|albania|algeria|andorra|angola|antigua and barbuda|argentina|armenia|aruba|australia|austria|
azerbaijan|bahamas|bahrain|bangladesh|barbados|belarus|belgium|belize|benin|bhutan|bolivia|bosnia|
bosnia and herzegovina|botswana|brazil|brunei|bulgaria|burkina faso|burma|burundi|cambodia|cameroon|canada|
cape verde|central african republic|chad|chile|china|peoples republic of china|colombia|comoros|congo|
democratic republic of the congo|drc|republic of the congo|costa rica|croatia|cuba|cyprus|north cyprus|
northern cyprus|czech republic|czechia|denmark|djibouti|dominica|dominican republic|east timor|timor leste|
ecuador|egypt|el salvador|equatorial guinea|eritrea|estonia|eswatini|swaziland|ethiopia|faroe islands|fiji|
finland|france|gabon|gambia|georgia|germany|deutschland|ghana|greece|greenland|grenada|guadeloupe|guam|
guatemala|guinea|guinea bissau|guyana|haiti|honduras|hong kong|hungary|iceland|india|indonesia|iran|iraq|
ireland|republic of ireland|eire|roi|irish republic|southern ireland|israel|italy|italia|ivory coast|
cote divoire|jamaica|japan|jordan|kazakhstan|kenya|kiribati|kosovo|kuwait|kurdistan|kyrgyzstan|laos|latvia|
lebanon|lesotho|liberia|libya|liechtenstein|lithuania|luxembourg|macau|macedonia|north macedonia|madagascar|
malawi|malaysia|maldives|mali|malta|marshall islands|martinique|mauritania|mauritius|mexico|micronesia|
moldova|monaco|mongolia|montenegro|morocco|mozambique|myanmar|namibia|nauru|nepal|netherlands|holland|
new zealand|nz|nicaragua|niger|nigeria|north korea|norway|oman|pakistan|azad kashmir|kashmir|palau|palestine|
gaza|west bank|panama|papua new guinea|paraguay|peru|philippines|poland|polska|portugal|madeira|azores|
puerto rico|qatar|reunion|romania|russia|russian federation|rwanda|st kitts|st kitts and nevis|st lucia|
st vincent|st vincent and the grenadines|samoa|san marino|sao tome|saudi arabia|ksa|senegal|serbia|seychelles|
sierra leone|singapore|slovakia|slovenia|solomon islands|somalia|somaliland|south africa|rsa|south korea|
korea|republic of korea|south sudan|spain|espana|canary islands|tenerife|majorca|mallorca|sri lanka|sudan|
suriname|sweden|switzerland|syria|taiwan|tajikistan|tanzania|zanzibar|thailand|tibet|togo|tonga|trinidad|
trinidad and tobago|tunisia|turkey|turkiye|turkmenistan|tuvalu|uganda|ukraine|united arab emirates|uae|dubai|
abu dhabi|united states|united states of america|usa|us|america|u s a|uruguay|uzbekistan|vanuatu|vatican|
venezuela|vietnam|viet nam|virgin islands|yemen|zambia|zimbabwe|overseas|abroad|outside uk|outside the uk|
non uk|foreign
"""
COUNTRIES = frozenset(name for line in _NAMES.splitlines() for name in line.split("|") if name)
