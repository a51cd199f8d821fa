"""Faults of a requirement list itself: the codes, and the page of each."""

from collections.abc import Mapping

from allowlint.model.record import NamedTuple


class Page(NamedTuple):
    """What ``allowlint rule CODE`` prints."""

    code: str
    name: str
    summary: str
    what: str
    why: str
    fix: str


HIDDEN_CHARACTER = "LST001"
MISSING_DOT = "LST002"
TRAILING_STAR = "LST003"
CELL_COUNT = "LST004"
PROSE = "LST005"
ODS_MISSING = "LST006"
HIDDEN_ROW = "LST007"
MISLABELLED = "LST008"
UNKNOWN_GEOGRAPHY = "LST009"
SCHEME_PORT = "LST010"
DOUBTFUL_FLAGS = "LST011"
NO_SYSTEMS = "LST012"
IGNORED_SECTION = "LST013"
UNKNOWN_WORD = "LST014"
UNKNOWN_COLUMN = "LST015"

_LIST = (
    Page(
        HIDDEN_CHARACTER,
        "hidden-character",
        "an entry of the list contains a character that cannot be seen",
        "Finds no-break spaces, zero-width characters, tabs and stray blanks around a host name, and removes them.",
        "Copied into a firewall, such an entry never matches, and nobody can see why.",
        "Nothing to do for this policy. If entries were ever copied from this list by hand, run `allowlint check` "
        "on the configuration: HYG006 finds what was copied.",
    ),
    Page(
        MISSING_DOT,
        "missing-dot",
        "a wildcard of the list has no dot after its star",
        "Reports entries such as `*urs.microsoft.com`. They are read as that name and everything below it.",
        "Taken literally, the entry also admits foreign names that merely end with the same letters.",
        "In rules, write the name and the wildcard with a dot as two entries.",
    ),
    Page(
        TRAILING_STAR,
        "trailing-star",
        "an entry of the list has a star after the top-level domain",
        "Removes the star at the end of a host name such as `*.urs.microsoft.com*`.",
        "The star would admit names such as `x.urs.microsoft.com.example`.",
        "Do not copy that star into rules.",
    ),
    Page(
        CELL_COUNT,
        "cell-count",
        "a row has more or fewer cells than its table has columns",
        "Keeps the columns up to the URL, looks for the words Required and Optional anywhere, and treats the row as "
        "needed by every operating system, because the flags may stand under the wrong heading. A continuation row "
        "whose last cells are missing takes them from the row above.",
        "Reading the cells as they stand would silently assign the endpoint to the wrong systems.",
        "Look the row up in the document and set `systems` in the policy by hand if it matters.",
    ),
    Page(
        PROSE,
        "prose-in-url",
        "a URL cell contains words instead of an address",
        "Reports text in the URL column that is no host name. It becomes no requirement.",
        "The document sends the reader elsewhere for the address, so this policy is not complete for that row.",
        "Find the address that the text refers to and add it to a policy of your own.",
    ),
    Page(
        ODS_MISSING,
        "ods-missing",
        "the Log Analytics data endpoint is missing from the list",
        "Adds `*.ods.opinsights.azure.com` when a list has its twin `*.oms.opinsights.azure.com` but not it.",
        "One edition lists the oms name twice where the ods name belongs, and the slip was carried on since. Machines "
        "on the Microsoft Monitoring Agent send their data to the ods name.",
        "Nothing: the requirement is added. A policy file that was made of such a list otherwise is completed where "
        "machines on the agent are checked, with a notice.",
    ),
    Page(
        HIDDEN_ROW,
        "hidden-row",
        "a row, column or sheet of the workbook is hidden",
        "Reads hidden rows, columns and sheets like all others, and reports them.",
        "A filter that was left on hides required endpoints from everyone who copies from the screen.",
        "Clear the filter before anything is copied from this workbook by hand.",
    ),
    Page(
        MISLABELLED,
        "geography-mislabelled",
        "a host name belongs to another geography than its row says",
        "Compares the geography that a host name spells out with that of its row. Names of the United Arab Emirates "
        "that are filed under Australia are moved; any other row is kept as it stands.",
        "Filed wrongly, an endpoint is demanded of the wrong tenants and forgotten for the right ones.",
        "Check the row against the newest edition of the list.",
    ),
    Page(
        UNKNOWN_GEOGRAPHY,
        "unknown-geography",
        "the geography of a row is not known",
        "Reports a geography that is not in the vocabulary. The row is treated as worldwide (or as every government "
        "tenant's, in a government list).",
        "A worldwide row is demanded of every tenant: better one endpoint too many than one too few.",
        "Set `geography` in the policy by hand.",
    ),
    Page(
        SCHEME_PORT,
        "scheme-port-mismatch",
        "the scheme of a URL contradicts the port of its row",
        "Reports `http://` beside port 443 and `https://` beside port 80. The port column is believed.",
        "A rule made from the URL would open the wrong port.",
        "Check which of the two the product uses.",
    ),
    Page(
        DOUBTFUL_FLAGS,
        "doubtful-flags",
        "the operating system flags of a row contradict its other cells",
        "Reports a flag that stands under the comments, a word that is neither yes nor no, and a category that names "
        "a system without a flag. The row is then read as needed by all systems that any cell names.",
        "The flags slid under the wrong heading when the table was edited.",
        "Look the row up and set `systems` in the policy by hand if it matters.",
    ),
    Page(
        NO_SYSTEMS,
        "no-systems",
        "no operating system remains for a row",
        "Reports a row whose remarks exclude every system that its flags name. It is kept for all of them.",
        "Dropping it silently could hide a required endpoint.",
        "Set `systems` in the policy by hand.",
    ),
    Page(
        IGNORED_SECTION,
        "section-ignored",
        "a sheet or table has no URL column and was not read",
        "Names every part of the document that contains no endpoints: processes, address ranges, the change log.",
        "What is not read shall be known.",
        "Nothing, unless the named part does contain endpoints.",
    ),
    Page(
        UNKNOWN_WORD,
        "unknown-word",
        "a cell for port or need contains something else",
        "Reports a port that is no number, and a word other than Required, Optional or Conditional. Port 443 and "
        "required are assumed.",
        "An assumption that nobody sees is an error that nobody finds.",
        "Correct `ports` or `need` in the policy.",
    ),
    Page(
        UNKNOWN_COLUMN,
        "unknown-column",
        "a column of a URL table has an unknown heading",
        "Names the heading. The column is not read.",
        "A new column may change what the rows mean.",
        "Report it, with the document, so that the heading can be learned.",
    ),
)

PAGES: Mapping[str, Page] = {page.code: page for page in _LIST}
"""Page of every LST code."""
