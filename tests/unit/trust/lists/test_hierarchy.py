"""From the Official Journal to a national list, link by link; each broken link says so."""

from datetime import timedelta

import pytest
from tests.unit.trust.lists.material import (
    AUTHORITY,
    COMMISSION,
    ISSUED,
    JOURNAL,
    NEXT,
    NOW,
    OPERATOR,
    list_of_lists,
    national,
    party,
    pointer,
    service,
    tree,
)

from tessera.report import Outcome
from tessera.trust.lists.hierarchy import (
    Hierarchy,
    Proved,
    Refused,
    journal_of,
    pivots_of,
    territories,
)
from tessera.trust.lists.model import LIST_OF_LISTS
from tessera.trust.lists.snapshot import hold

SUCCESSOR = party("Successor of the Commission")


def refusal(found):
    assert isinstance(found, Refused)
    assert found.finding.outcome is not Outcome.PASSED
    return found.finding.rule


def pivot_address(number):
    return f"https://ec.europa.eu/tools/lotl/eu-lotl-pivot-{number}.xml"


def pivoted(*pivots, number=42, signer=SUCCESSOR, informs=(41,)):
    """A list of lists of the successor, with the pivots at hand."""
    information = (*(pivot_address(one) for one in informs), JOURNAL, pivot_address(3))
    top = list_of_lists(number=number, information=information).signed(signer)
    return tree(lotl=top, more=[(f"pivot-{n}.xml", raw) for n, raw in enumerate(pivots)])


def pivot(number, names, by):
    own = pointer("EU", *names, type=LIST_OF_LISTS)
    return list_of_lists(number=number).but(pointers=own).signed(by)


def test_the_list_of_lists_and_the_national_list_hold():
    lists = tree()
    top, nation = lists.list_of_lists(NOW), lists.national("FI", NOW)
    assert isinstance(top, Proved)
    assert isinstance(nation, Proved)
    assert territories(top.content) == ("FI",)
    assert nation.content.services[0].certificates == (AUTHORITY.der,)
    assert lists.signers_for(nation.content, NOW) == (OPERATOR.der,)
    assert lists.signers_for(top.content, NOW) == (COMMISSION.der,)


def test_without_a_list_of_lists_nothing_is_trusted():
    lists = Hierarchy(hold([("list-FI.xml", national().signed(OPERATOR))], [COMMISSION.anchor]))
    assert refusal(lists.national("FI", NOW)) == "list.lotl.missing"
    assert refusal(lists.signers_for(national_claims(), NOW)) == "list.lotl.missing"


def national_claims():
    return hold([("x", national().xml())], ()).lists[0].claims


def test_without_the_official_journal_nothing_is_trusted():
    found = tree(anchors=()).list_of_lists(NOW)
    assert refusal(found) == "list.anchors.missing"
    assert JOURNAL in found.finding.message


def test_a_list_of_lists_of_another_signer_is_refused():
    lists = tree(lotl=list_of_lists().signed(OPERATOR))
    assert refusal(lists.list_of_lists(NOW)) == "list.lotl.signer"


def test_a_list_of_lists_cannot_vouch_for_its_own_new_signer():
    own = pointer("EU", SUCCESSOR, type=LIST_OF_LISTS)
    lists = tree(lotl=list_of_lists().but(pointers=own).signed(SUCCESSOR))
    assert refusal(lists.list_of_lists(NOW)) == "list.lotl.signer"


def test_an_unsigned_or_altered_list_of_lists_is_refused():
    assert refusal(tree(lotl=list_of_lists().xml()).list_of_lists(NOW)) == "list.signature.absent"
    altered = list_of_lists().signed(COMMISSION).replace(b"/FI.xml", b"/XX.xml")
    assert refusal(tree(lotl=altered).national("FI", NOW)) == "list.signature.digest"


def test_a_pivot_announces_the_new_signer():
    lists = pivoted(pivot(41, [SUCCESSOR], COMMISSION))
    assert isinstance(lists.list_of_lists(NOW), Proved)


def test_pivots_are_followed_from_the_oldest_to_the_newest():
    between = party("Between")
    first, second = pivot(40, [between], COMMISSION), pivot(41, [SUCCESSOR], between)
    assert isinstance(pivoted(second, first, informs=(41, 40)).list_of_lists(NOW), Proved)
    swapped = pivoted(pivot(41, [between], COMMISSION), pivot(40, [SUCCESSOR], between),
                      informs=(41, 40))  # fmt: skip
    assert refusal(swapped.list_of_lists(NOW)) == "list.pivot.signer"


def test_a_pivot_of_a_wrong_signer_is_refused():
    lists = pivoted(pivot(41, [SUCCESSOR], party("Thief")))
    assert refusal(lists.list_of_lists(NOW)) == "list.pivot.signer"


def test_a_pivot_that_names_somebody_else_does_not_help():
    lists = pivoted(pivot(41, [COMMISSION], COMMISSION))
    assert refusal(lists.list_of_lists(NOW)) == "list.lotl.signer"


def test_a_missing_pivot_leaves_it_open():
    found = pivoted().list_of_lists(NOW)
    assert refusal(found) == "list.pivot.missing"
    assert found.finding.outcome is Outcome.INDETERMINATE


def test_an_endless_row_of_pivots_is_refused():
    assert refusal(pivoted(informs=tuple(range(100, 140))).list_of_lists(NOW)) == "list.pivot.many"


def test_pivots_behind_the_official_journal_are_settled():
    [held] = hold([("x", list_of_lists(information=(JOURNAL, pivot_address(3))).xml())], ()).lists
    assert pivots_of(held.claims) == ()
    assert journal_of(held.claims) == JOURNAL


def test_a_national_list_of_another_signer_is_refused():
    lists = tree(nation=national().signed(COMMISSION))
    found = lists.national("FI", NOW)
    assert refusal(found) == "list.national.signer"
    assert "The trusted list of FI, number 7" in found.finding.message


def test_the_signer_of_one_territory_cannot_speak_for_another():
    swede = party("Operator of SE")
    top = list_of_lists(pointer("FI", OPERATOR), pointer("SE", swede)).signed(COMMISSION)
    lists = tree(lotl=top, nation=national(territory="SE").signed(OPERATOR))
    assert refusal(lists.national("SE", NOW)) == "list.national.signer"
    assert refusal(lists.national("FI", NOW)) == "list.missing"


def test_a_territory_that_is_not_named_has_no_list():
    lists = tree(nation=national(territory="SE").signed(OPERATOR))
    assert refusal(lists.national("SE", NOW)) == "list.territory"


def test_a_list_that_is_not_here_leaves_it_open():
    lists = Hierarchy(hold([("l", list_of_lists().signed(COMMISSION))], [COMMISSION.anchor]))
    assert lists.national("FI", NOW).finding.outcome is Outcome.INDETERMINATE


def test_only_the_pointer_to_the_machine_readable_list_names_signers():
    human = pointer("FI", party("Printer")).replace("vnd.etsi.tsl+xml", "pdf")
    top = list_of_lists(human, pointer("FI", OPERATOR)).signed(COMMISSION)
    assert tree(lotl=top).signers_for(national_claims(), NOW) == (OPERATOR.der,)


def test_a_national_list_may_not_pose_as_the_list_of_lists():
    posing = list_of_lists(number=99).signed(OPERATOR)
    lists = tree(more=[("posing.xml", posing)])
    assert refusal(lists.list_of_lists(NOW)) == "list.lotl.signer"


@pytest.mark.parametrize("which", ["lotl", "nation"])
def test_an_expired_list_is_refused_with_its_name(which):
    due = (NOW - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    raw = {
        "lotl": lambda: list_of_lists(next_update=due).signed(COMMISSION),
        "nation": lambda: national(next_update=due).signed(OPERATOR),
    }[which]()
    lists = tree(**{which: raw})
    found = lists.national("FI", NOW)
    assert refusal(found) == "list.expired"
    assert found.finding.message.startswith("The ")
    assert isinstance(lists.national("FI", NOW - timedelta(days=2)), Proved)


def test_a_closed_national_list_is_refused():
    lists = tree(nation=national(next_update=None).signed(OPERATOR))
    assert refusal(lists.national("FI", NOW)) == "list.closed"


def test_a_list_of_no_readable_next_update_leaves_it_open():
    lists = tree(nation=national(next_update="soon").signed(OPERATOR))
    assert refusal(lists.national("FI", NOW)) == "list.next-update"


def test_a_list_signed_with_an_ended_certificate_is_refused():
    ended = party("Ended operator", ends=ISSUED - timedelta(days=1))
    top = list_of_lists(pointer("FI", ended)).signed(COMMISSION)
    lists = tree(lotl=top, nation=national().signed(ended))
    assert refusal(lists.national("FI", NOW)) == "list.signer-validity"


def test_of_two_lists_of_a_territory_the_newest_that_holds_counts():
    older = national(number=6).signed(OPERATOR)
    forged = national(service(party("Thief", is_authority=True)), number=9).signed(party("Thief"))
    lists = tree(more=[("old.xml", older), ("forged.xml", forged)])
    assert lists.national("FI", NOW).content.sequence_number == 7


def test_verifying_again_costs_nothing_and_dates_are_judged_anew():
    lists = tree()
    first = lists.national("FI", NOW)
    assert lists.national("FI", NOW) is first
    assert refusal(lists.national("FI", NEXT + timedelta(days=1))) == "list.expired"
    assert lists.national("FI", NOW) is first


def test_a_list_that_breaks_off_behind_its_head_is_refused():
    lists = tree(nation=national().signed(OPERATOR)[:-200])
    assert refusal(lists.national("FI", NOW)) == "list.unreadable"
    lists = tree(lotl=list_of_lists().signed(COMMISSION)[:-200])
    assert refusal(lists.list_of_lists(NOW)) == "list.unreadable"
