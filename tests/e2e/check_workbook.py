#!/usr/bin/python3
"""Check a workbook as an auditor's spreadsheet program would read it.

usage: check_workbook.py FILE [--zone ZONE] [--created INSTANT] [--streaming]
                         [--count SHEET=N]... [--has SHEET=COLUMN=TEXT]... [--lacks TEXT]...

--count: a sheet lists exactly N rows (0: the one row that says there is nothing).
--has:   some cell of that column is exactly TEXT (for a date: YYYY-MM-DD HH:MM:SS).
--lacks: no part of the file holds TEXT.
--streaming: very large workbooks have filters instead of tables.
Prints each problem on its own line; exit 1 when there is one.
"""
import argparse
import datetime
import re
import sys
import zipfile

import openpyxl
from openpyxl.utils import get_column_letter

REVIEW = ["Decision", "Reviewer", "Date"]
SHEETS = {  # @ stands for the zone; these columns hold dates
    "Drift": ["Action", "Person", "Name", "Group or lock", "Link or schedule", "Has from @", "Has until @",
              "Should have from @", "Should have until @", "Cause", "Expected", "Why", "Outcome", "Change"] + REVIEW,
    "Orphaned users": ["Person", "Name", "Kisi user", "Group", "Assignment", "From @", "Until @", "Why",
                       "Removal"] + REVIEW,
    "Missing groups": ["Group", "Problem", "Rules", "What was found", "Person hit", "Next from @",
                       "Next until @"] + REVIEW,
    "E-mail mismatches": ["Wanted address", "Wanted name", "Kisi address", "Kisi name", "Kisi user", "Score",
                          "Evidence", "Waits for groups", "Named by", "If it is one person",
                          "If they are two people", "Ruling", "Reviewer", "Date"],
    "Access now": ["Person", "Name", "Group", "Via", "From @", "Until @", "Why"],
    "Rejected rows": ["Source", "File", "Row", "Line", "Reason"],
    "Findings": ["Kind", "Person", "Group", "Text", "First seen @", "Runs seen", "Finding"] + REVIEW,
}
OPEN_ENDS = ("always", "no end")
NOTHING = "Nothing to list."

problems = []


def problem(text):
    problems.append(text)


def is_remark(sheet, row):
    """A last row that is a sentence: nothing to list, or rows left out."""
    first = sheet.cell(row, 1).value
    return first == NOTHING or "MORE ROWS ARE LEFT OUT" in str(first)


def rows_listed(sheet):
    return sheet.max_row - 1 - is_remark(sheet, sheet.max_row)


def check_cells(sheet, dated):
    for row in sheet.iter_rows(min_row=2, max_row=rows_listed(sheet) + 1):
        for cell in row:
            if cell.data_type in "fe":
                problem(f"{sheet.title}!{cell.coordinate}: a formula or an error: {cell.value!r}")
            if cell.column in dated and cell.value is not None:
                if not isinstance(cell.value, datetime.datetime) and cell.value not in OPEN_ENDS:
                    problem(f"{sheet.title}!{cell.coordinate}: no date: {cell.value!r}")
                if isinstance(cell.value, datetime.datetime) and "yyyy" not in cell.number_format:
                    problem(f"{sheet.title}!{cell.coordinate}: a date that shows as a number")
            if isinstance(cell.value, str) and len(cell.value) > 32767:
                problem(f"{sheet.title}!{cell.coordinate}: {len(cell.value)} characters")


def check_frame(sheet, columns, streaming):
    last = f"{get_column_letter(columns)}{sheet.max_row}"
    found = [sheet.auto_filter.ref] if streaming else [t.ref for t in sheet.tables.values()]
    if found != [f"A1:{last}"]:
        problem(f"{sheet.title}: filters over {found}, data over A1:{last}")
    if sheet.freeze_panes != "A2":
        problem(f"{sheet.title}: header not frozen: {sheet.freeze_panes}")
    if sheet.print_title_rows not in ("1:1", "$1:$1"):
        problem(f"{sheet.title}: header not repeated in print: {sheet.print_title_rows}")
    for i in range(1, columns + 1):
        width = sheet.column_dimensions[get_column_letter(i)].width
        if not 8 <= width <= 100:
            problem(f"{sheet.title}: column {i} is {width} wide")


def check_page(sheet):
    setup = sheet.page_setup
    if setup.orientation != "landscape" or not sheet.sheet_properties.pageSetUpPr.fitToPage:
        problem(f"{sheet.title}: not landscape on one page's width")
    if str(setup.fitToHeight) != "0":
        problem(f"{sheet.title}: squeezed onto {setup.fitToHeight} pages")


def check_sheet(sheet, titles, zone, streaming):
    header = [cell.value for cell in sheet[1]]
    wanted = [title.replace("@", f"({zone})") for title in titles]
    if header != wanted:
        problem(f"{sheet.title}: header {header}, wanted {wanted}")
        return
    dated = {i for i, title in enumerate(titles, 1) if "@" in title}
    check_cells(sheet, dated)
    check_frame(sheet, len(titles), streaming)


def check_summary(sheet):
    words = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    for word in ("Plan", "Run", "As of", "Run by", "Inputs", "Kisi snapshot", "Changes by action", "Guards",
                 "Sign-off", "Reviewed by", "Signature"):
        if word not in words:
            problem(f"Summary: does not say {word!r}")
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type in "fe":
                problem(f"Summary!{cell.coordinate}: a formula or an error: {cell.value!r}")


def check_parts(path, created, lacking):
    """What only the file's own parts tell."""
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if parts.getinfo(name).date_time[0] != 1980:
                problem(f"{name}: carries the time of writing")
            if re.search(rb"<f[ >]|externalLink", parts.read(name)):
                problem(f"{name}: a formula or an outside link")
            for text in lacking:
                if text.encode() in parts.read(name):
                    problem(f"{name}: holds {text!r}")
        core = parts.read("docProps/core.xml").decode()
    if created and core.count(f">{created}<") != 2:
        problem(f"docProps/core.xml: not of {created}: {core}")


def check_wishes(book, counts, having):
    for wish in counts:
        name, count = wish.rsplit("=", 1)
        if rows_listed(book[name]) != int(count):
            problem(f"{name}: {rows_listed(book[name])} rows, wanted {count}")
    for wish in having:
        name, title, text = wish.split("=", 2)
        header = [cell.value for cell in book[name][1]]
        column = next((i for i, h in enumerate(header, 1) if h == title or h.startswith(title + " (")), None)
        if column is None:
            problem(f"{name}: no column {title!r}")
            continue
        values = [str(book[name].cell(row, column).value) for row in range(2, book[name].max_row + 1)]
        if text not in values:
            problem(f"{name}: no {title} {text!r} among {[value[:60] for value in values[:20]]}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("file")
    options.add_argument("--zone", default="Europe/Amsterdam")
    options.add_argument("--created")
    options.add_argument("--streaming", action="store_true")
    options.add_argument("--count", action="append", default=[])
    options.add_argument("--has", action="append", default=[])
    options.add_argument("--lacks", action="append", default=[])
    given = options.parse_args()
    book = openpyxl.load_workbook(given.file)
    if book.sheetnames != ["Summary", *SHEETS]:
        problem(f"sheets {book.sheetnames}")
    else:
        check_summary(book["Summary"])
        for name, titles in SHEETS.items():
            check_sheet(book[name], titles, given.zone, given.streaming)
        for sheet in book:
            check_page(sheet)
        check_wishes(book, given.count, given.has)
    check_parts(given.file, given.created, given.lacks)
    for text in problems:
        print(f"{given.file}: {text}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
