"""A person's file as a page: who they are, what they said, what they agreed to, who read it. Nothing of it runs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from services.gateway.consents.rules.dossier_columns import Column, Form, Kind
from services.gateway.consents.rules.dossier_words import CHAPTERS, NOT_TOLD, TECHNICAL
from services.gateway.consents.rules.dossier_writing import LANGUAGE, Kinds, Row, Surroundings, written

Parts = Mapping[str, Kinds]  # service -> kind -> rows

_REST: Final = "Прочее"
_LONGEST_WHOLE: Final = 16  # letters of a word
_PREFACE: Final = (
    "Здесь всё, что организация хранит о вас в системе. То же самое для программ — в файле data.json: там есть и "
    "служебные поля, которые не показаны здесь. Анонимные ответы на опросы ни с кем не связаны, поэтому их здесь нет. "
    "Вы можете попросить исправить или удалить эти данные."
)
_STYLE: Final = """
body{font:16px/1.5 sans-serif;max-width:72rem;margin:0 auto;padding:1rem;color:#111;background:#fff}
h1,h2,h3,p,dt,dd,a,.free{overflow-wrap:anywhere}
h2{border-bottom:2px solid #555;margin-top:2.5rem}
table{border-collapse:collapse;width:100%}
td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top}
th{background:#eee}
td,dd{white-space:pre-line}
dl{display:grid;grid-template-columns:minmax(8rem,16rem) 1fr;margin:0 0 1rem}
dt,dd{margin:0;padding:.3rem .5rem;border-bottom:1px solid #ccc}
dt{font-weight:bold}
@media screen and (max-width:850px){
dl,table,tbody,tr,td{display:block}
thead{display:none}
dt{border:0;padding-bottom:0}
tr{border:1px solid #999;margin-bottom:.8rem}
td{border:0;border-bottom:1px solid #ddd;overflow-wrap:anywhere}
td::before{content:attr(data-heading);display:block;font-weight:bold}
}
@media print{
body{font-size:11pt;max-width:none;padding:0}
table{font-size:9pt}
th{background:none}
h2,h3{break-after:avoid}
thead{display:table-header-group}
tr,dt,dd{break-inside:avoid}
nav{display:none}
}
"""


def page(parts: Parts) -> str:
    """Readable without a style sheet, aloud, on paper and on a telephone; whatever people wrote is escaped."""
    kinds = _kinds_in(parts)
    surroundings = Surroundings.of(kinds)
    told = {title: _chapter(words, kinds, surroundings) for title, words in _chapters(kinds).items()}
    chapters = [(title, content) for title, content in told.items() if content]
    contents = "".join(
        f'<li><a href="#{number}">{escape(title)}</a></li>' for number, (title, _) in enumerate(chapters, 1)
    )
    sections = "".join(
        f'<section><h2 id="{number}">{escape(title)}</h2>{content}</section>'
        for number, (title, content) in enumerate(chapters, 1)
    )
    return (
        f'<!DOCTYPE html><html lang="{LANGUAGE}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>Ваши данные</title>'
        f"<style>{_STYLE}</style></head><body><h1>Ваши данные</h1><p>{_PREFACE}</p>"
        f"<nav><ol>{contents}</ol></nav>{sections}</body></html>"
    )


def _kinds_in(parts: Parts) -> dict[str, list[Row]]:
    """Those that have rows, whichever service told of them."""
    kinds: defaultdict[str, list[Row]] = defaultdict(list)
    for service in sorted(parts):
        for kind, rows in parts[service].items():
            if rows:
                kinds[kind].extend(rows)
    return kinds


def _chapters(kinds: Kinds) -> Mapping[str, Mapping[str, Kind]]:
    """The known ones, and whatever else there is: a newer service may hold what this table does not know."""
    known = NOT_TOLD.union(*CHAPTERS.values())
    return {**CHAPTERS, _REST: {kind: Kind(kind, {}) for kind in sorted(kinds) if kind not in known}}


def _chapter(words: Mapping[str, Kind], kinds: Kinds, surroundings: Surroundings) -> str:
    return "".join(_section(kind, kinds[name], surroundings) for name, kind in words.items() if name in kinds)


def _section(kind: Kind, rows: Sequence[Row], surroundings: Surroundings) -> str:
    columns = _columns(kind, rows)
    if not columns:
        content = f"<p>Записей: {len(rows)}</p>"
    elif len(rows) == 1:
        content = _card(columns, rows[0], surroundings)
    else:
        content = _table(columns, rows, surroundings)
    return f"<h3>{escape(kind.title)}</h3>{content}"


def _columns(kind: Kind, rows: Sequence[Row]) -> dict[str, Column]:
    """In the order of the words; last, by their own names, those that the words do not know."""
    present = dict.fromkeys(name for row in rows for name in row)
    known = {name: column for name, column in kind.columns.items() if name in present}
    return known | {name: Column(name) for name in present if name not in known and name not in TECHNICAL}


def _card(columns: Mapping[str, Column], row: Row, surroundings: Surroundings) -> str:
    lines = "".join(
        f"<dt>{escape(column.heading)}</dt><dd>{escape(written(row.get(name), column, surroundings))}</dd>"
        for name, column in columns.items()
    )
    return f"<dl>{lines}</dl>"


def _table(columns: Mapping[str, Column], rows: Sequence[Row], surroundings: Surroundings) -> str:
    """Its roles are said: a narrow window shows it as cards, and browsers forget then that it is a table."""
    head = "".join(f'<th role="columnheader" scope="col">{escape(column.heading)}</th>' for column in columns.values())
    lines = "".join(
        '<tr role="row">'
        + "".join(_cell(column, written(row.get(name), column, surroundings)) for name, column in columns.items())
        + "</tr>"
        for row in rows
    )
    return (
        f'<table role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{lines}</tbody></table>'
    )


def _cell(column: Column, text: str) -> str:
    """People's own words may be cut anywhere to fit; ours are short and stay whole."""
    ours = column.form not in {Form.PLAIN, Form.NAME} or column.values
    whole = ours and max(map(len, text.split()), default=0) <= _LONGEST_WHOLE
    return (
        f'<td role="cell" class="{"whole" if whole else "free"}" data-heading="{escape(column.heading)}">'
        f"{escape(text)}</td>"
    )
