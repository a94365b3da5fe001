"""A small catalogue of our own and its mapping, in the style of those that pack staff and cast in strings."""
from __future__ import annotations

MAPPING = r"""
[pack]
name = "lamps"
title = "Lamp Catalogue"
source = "https://example.org/lamps"
version = "3"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
notice = "Made by nobody."
editors = "the editors of the Lamp Catalogue"
language = "ja"
assumption = "One agent a name is an assumption."

[reader]
kind = "turtle"
prefixes = { c = "https://example.org/c#" }

[files]
document = 'part\d'

[things]
kind = "c:kind"
labels = ["c:name"]
readings = ["ja-Hrkt"]
identifier = "Lamps"
match = "https://example.org/id/{id}"
authority = ["maker"]
spaces = '(?<=[\u3040-\u30ff\u4e00-\u9fff])[ \u3000](?=[\u3040-\u30ff\u4e00-\u9fff])'
missing = "Lamps {id}"

[things.classes]
film = "Film"
show = "Series"
maker = { field = "c:is", of = { firm = "Organization" }, otherwise = "Agent" }

[ignored]
"c:number" = "a number of the catalogue's own"

[[position]]
field = "c:from"
ascribedTo = { thing = "{value}", class = "Group", label = "{name} (source)" }

[[position]]
when = { "c:rank" = "withdrawn" }
polarity = "wh:Denied"

[[rule]]
field = "c:staff"
separator = '／'

[[rule.item]]
form = '\[(?P<role>[^\]]*)\]ほか'
leave = "others"

[[rule.item]]
form = '\[(?P<role>[^\]]*)\](?P<name>[^\[（]+?)(?:[\[（].*)?'
claim = "Contribution"
agent = { thing = "{name}", class = "Agent", separator = '、' }
work = "record"
role = { table = "roles", key = "{role}", separator = '・', otherwise = "wh:RoleNotStated" }

[[rule]]
field = "c:cast"
separator = '／'

[[rule.item]]
form = '【(?P<who>[^】]+)】(?P<name>.+)'
claim = "Casting"
agent = { thing = "{name}", class = "Agent" }
work = "record"
role = "role:voice-actor"
character = { thing = "{who}", class = "Character", of = "record", world = true, label = "{name} ({record})" }
version = "wh:VersionNotStated"

[[rule]]
field = "c:date"

[[rule.item]]
claim = "Release"
work = "record"
date = { date = "{value}" }

[[rule]]
field = "c:partOf"

[[rule.item]]
claim = "Relation"
subject = "record"
property = "wh:partOf"
value = { record = "{value}", missing = "Franchise" }
link = "wh:partOf"

[tables.roles]
"role:director" = "監督"
"role:screenwriter" = ["脚本", "*シナリオ"]
"""

RECORDS = r"""@prefix k: <https://example.org/c#> .

<https://example.org/id/A1>
  a k:Record ;
  k:kind "film" ;
  k:name "灯台" , "トウダイ"@ja-Hrkt ;
  k:number "7" ;
  k:colour "black and white" ;
  k:from "灯台年鑑" ;
  k:staff "[監督]山田 花 ／ [監督・脚本]川口一、森 \"次\" ／ [映写]森二 ／ [脚本]ほか" ;
  k:cast "【ヨウコ】山田花 ／ 誰か" ;
  k:date "1999-02-29" , "1999-03-01" ;
  k:partOf <https://example.org/id/Z9> .

<https://example.org/id/A2>
  k:kind "show" ; k:name "灯台" ; k:rank "withdrawn" ;
  k:staff "[監督]灯社" ; k:hasPart [ k:staff "[新シナリオ]山田花" ] .

<https://example.org/id/B1> k:kind "maker" ; k:is "firm" ; k:name "灯社" .
"""
