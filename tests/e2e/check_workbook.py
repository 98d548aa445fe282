#!/usr/bin/python3
"""Check a workbook as an auditor's spreadsheet program would read it.

usage: check_workbook.py FILE [--created INSTANT] [--changes]
                         [--count SHEET=N]... [--has SHEET=COLUMN=TEXT]... [--lacks TEXT]...

--count: a sheet lists exactly N rows (0: the one row that says there is nothing).
--has:   some cell of that column is exactly TEXT (for a date: YYYY-MM-DD HH:MM:SS, always, no end).
--lacks: no part of the file holds TEXT.
--changes: only the sheets of `--sheets changes`.
Prints each problem on its own line; exit 1 when there is one.
"""
import argparse
import datetime
import re
import sys
import zipfile

import openpyxl
from openpyxl.utils import get_column_letter

SHEETS = [
    "To decide", "Access review", "Changes made", "Held back", "E-mail mismatches", "Missing groups", "Orphaned users",
    "Next 24 hours", "Links and schedules", "Out of scope", "Since last review", "Sources", "Checks", "Rejected rows",
    "Words"]
HEADER = 4  # row of the header; data below
REVIEW = ["Ref", "Person", "E-mail", "Group", "Decision", "Reviewer", "Date", "Comment", "Why they have it", "From",
          "Until", "Can they unlock?"]
DATED = ("From", "Until", "Since", "Before: from", "Before: until", "After: from", "After: until", "First seen",
         "Given on", "Last unlock")
WIDTH = 205  # digits that fit on a page at no less than 7.5 points
problems = []


def problem(text):
    problems.append(text)


def header(sheet):
    return [cell.value for cell in sheet[HEADER] if cell.value is not None]


def rows_listed(sheet):
    """Rows with something in them and a filter over them: a last row that is a sentence has none."""
    ref = sheet.auto_filter.ref
    return int(re.search(r"(\d+)$", ref).group(1)) - HEADER if ref else 0


def check_cells(sheet, dated):
    for row in sheet.iter_rows(min_row=HEADER + 1, max_row=HEADER + rows_listed(sheet)):
        for cell in row:
            if cell.data_type in "fe":
                problem(f"{sheet.title}!{cell.coordinate}: a formula or an error: {cell.value!r}")
            if cell.column in dated and cell.value is not None:
                if not isinstance(cell.value, (datetime.datetime, datetime.time)) and cell.number_format not in (
                        '"always"', '"no end"'):
                    problem(f"{sheet.title}!{cell.coordinate}: no date: {cell.value!r}")
            if isinstance(cell.value, str) and len(cell.value) > 32767:
                problem(f"{sheet.title}!{cell.coordinate}: {len(cell.value)} characters")


def check_frame(sheet):
    columns = len(header(sheet))
    last = f"{get_column_letter(columns)}{HEADER + rows_listed(sheet)}"
    if rows_listed(sheet) and sheet.auto_filter.ref != f"A{HEADER}:{last}":
        problem(f"{sheet.title}: filters over {sheet.auto_filter.ref}, data over A{HEADER}:{last}")
    if not re.fullmatch(r"[A-D]5", str(sheet.freeze_panes)):
        problem(f"{sheet.title}: header not frozen: {sheet.freeze_panes}")
    if sheet.print_title_rows not in ("4:4", "$4:$4"):
        problem(f"{sheet.title}: header not repeated in print: {sheet.print_title_rows}")
    if not sheet.protection.sheet:
        problem(f"{sheet.title}: not protected")
    area = re.search(r"\$([A-Z]+)\$\d+'?$", str(sheet.print_area if isinstance(sheet.print_area, str) else sheet.print_area[0]))
    printed = openpyxl.utils.column_index_from_string(area.group(1)) if area else columns
    width = sum(sheet.column_dimensions[get_column_letter(i)].width for i in range(1, printed + 1))
    if width > WIDTH:
        problem(f"{sheet.title}: {width} wide in print")


def check_page(sheet):
    setup = sheet.page_setup
    if setup.orientation != "landscape" or not sheet.sheet_properties.pageSetUpPr.fitToPage:
        problem(f"{sheet.title}: not landscape on one page's width")
    if str(setup.fitToHeight) != "0":
        problem(f"{sheet.title}: squeezed onto {setup.fitToHeight} pages")


def check_sheet(sheet):
    titles = header(sheet)
    if len(set(titles)) != len(titles) or not sheet["A1"].value or not sheet["A2"].value:
        problem(f"{sheet.title}: title, how to read it, or header: {titles}")
    check_cells(sheet, {i for i, title in enumerate(titles, 1) if title in DATED})
    check_frame(sheet)


def check_entries(sheet):
    """Only the yellow cells can be written to, and only with what may stand there."""
    titles = header(sheet)
    if titles[:len(REVIEW)] != REVIEW:
        problem(f"{sheet.title}: header {titles}")
    last = HEADER + rows_listed(sheet)
    for row in range(HEADER + 1, last + 1):
        for column in range(1, len(titles) + 1):
            cell = sheet.cell(row, column)
            entry = titles[column - 1] in REVIEW[4:8]
            if cell.protection.locked == entry and (cell.has_style or entry):
                problem(f"{sheet.title}!{cell.coordinate}: locked {cell.protection.locked}")
    kinds = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    if last > HEADER:
        words = kinds.get("E5")
        if words is None or words.formula1 != '"keep,remove,change,ask"' or words.errorStyle not in (None, "stop"):
            problem(f"{sheet.title}: Decision takes other words than keep, remove, change, ask")
        if kinds.get("G5") is None or kinds["G5"].type != "date":
            problem(f"{sheet.title}: Date takes what is no day")


def check_summary(sheet):
    words = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    for word in ("Access review: ", "As of ", "What needs a decision", "Is it complete?", "How it was made", "Sign-off",
                 "Prepared by", "Reviewed by (somebody else)", "Approved by"):
        if word not in words:
            problem(f"Summary: does not say {word!r}")
    if sheet.page_setup.orientation != "portrait" or sheet.page_setup.fitToHeight not in (None, 1, "1"):
        problem("Summary: not one portrait page")
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "e":
                problem(f"Summary!{cell.coordinate}: an error: {cell.value!r}")


def check_parts(path, created, lacking):
    """What only the file's own parts tell."""
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if parts.getinfo(name).date_time[0] != 1980:
                problem(f"{name}: carries the time of writing")
            if b"externalLink" in parts.read(name):
                problem(f"{name}: an outside link")
            for formula in re.findall(rb"<f>([^<]*)</f>", parts.read(name)):
                if not re.match(rb"COUNTA\(|IF\(", formula):
                    problem(f"{name}: a formula that is none of ours: {formula!r}")
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
        titles = [cell.value for cell in book[name][HEADER]]
        if title not in titles:
            problem(f"{name}: no column {title!r}")
            continue
        column = titles.index(title) + 1
        cells = [book[name].cell(row, column) for row in range(HEADER + 1, book[name].max_row + 1)]
        values = [cell.number_format.strip('"') if cell.number_format in ('"always"', '"no end"') else str(cell.value).replace("_x005F_", "_")  # which stands for `_`, so that `_x0041_` is no letter
                  for cell in cells]
        if text not in values:
            problem(f"{name}: no {title} {text!r} among {[value[:60] for value in values[:20]]}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("file")
    options.add_argument("--created")
    options.add_argument("--changes", action="store_true")
    options.add_argument("--count", action="append", default=[])
    options.add_argument("--has", action="append", default=[])
    options.add_argument("--lacks", action="append", default=[])
    given = options.parse_args()
    book = openpyxl.load_workbook(given.file)
    wanted = ["Changes made", "Held back"] if given.changes else ["Summary", *SHEETS]
    if book.sheetnames != wanted:
        problem(f"sheets {book.sheetnames}")
    else:
        for name in wanted:
            if name == "Summary":
                check_summary(book[name])
            else:
                check_sheet(book[name])
                check_page(book[name])
        if not given.changes:
            check_entries(book["Access review"])
        check_wishes(book, given.count, given.has)
    check_parts(given.file, given.created, given.lacks)
    for text in problems:
        print(f"{given.file}: {text}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
