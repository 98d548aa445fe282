"""Writing the exports of a made-up venue."""
import csv
import io
import json


class Export:
    """One file of a source: rows are dicts of text by column; None is a column the file lacks."""

    def __init__(self, name, kind, form, columns):
        self.name, self.kind, self.form, self.columns, self.rows = name, kind, form, columns, []

    def text(self):
        if self.form == "csv":
            return self.csv_text("," if sum(map(len, self.name)) % 3 else ";", "\r\n" if len(self.rows) % 2 else "\n")
        objects = [{c: self.json_value(c, r.get(c, "")) for c in self.columns} for r in self.rows]
        if self.form == "ndjson":
            return "".join(json.dumps(o) + "\n" for o in objects)
        return json.dumps(objects, ensure_ascii=len(self.rows) % 2 == 0, indent=1)

    def csv_text(self, delimiter, newline):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator=newline)
        writer.writerow(self.columns)
        for r in self.rows:
            writer.writerow([r.get(c, "") for c in self.columns])
        return ("\ufeff" if len(self.rows) % 3 == 0 else "") + out.getvalue()

    @staticmethod
    def json_value(column, value):
        if column == "attendees":
            return [v for v in value.split(";") if v]
        return None if value == "" and column != "status" else value


def keep_order(before, rows, id_column):
    """Rows that share an id stand in their old order again: the last one counts."""
    order = {id(r): i for i, r in enumerate(before)}
    out = list(rows)
    for key in {r[id_column] for r in rows}:
        places = [i for i, r in enumerate(rows) if r[id_column] == key]
        for i, r in zip(places, sorted((rows[i] for i in places), key=lambda r: order.get(id(r), -1))):
            out[i] = r
    return out


def put(path, text):
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
