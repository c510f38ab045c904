"""The journey of awarding: a description and a table of learners become sealed credentials.

Modules in the order of the journey: `tables` (CSV or XLSX → rows of text; `workbook` looks
for what a spreadsheet hides), `columns`
(which columns a description needs), `learners` (a row → a learner, or reasons why not;
`cells` reads one, `seen` remembers the rows before),
`template` (writes an empty table), `compose` (learner → award), `register`
(what has been sealed, exactly once), `batch` (rows → sealed bytes, many at a time).
"""
