"""`tessera issue --format`: which further forms, and the key that seals them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tessera.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tessera.cli.issuing import Order
    from tessera.formats.losses import LossReport
    from tessera.issue.forms import FormPlan
    from tessera.journeys.unlocking import FormKey
    from tessera.seals.protocol import SigningKey

_RECORD = "elm"
_MOST_LISTED = 12  # losses that are listed after a batch; more are for `tessera convert`


def plan_of(order: Order) -> FormPlan | None:
    """Return the further forms that `--format` names, None for the European credential alone.

    Raises: UsageError for a name that is none, or options without a form they are for.
    """
    names = tuple(dict.fromkeys(name.strip() for name in order.format.split(",") if name.strip()))
    if _RECORD not in names:
        raise UsageError(
            f"The European credential is the record and always written: --format {_RECORD},"
            f"{order.format}."
        )
    further = tuple(name for name in names if name != _RECORD)
    if further:
        from tessera.issue.forms import FormPlan

        return FormPlan(names=further, did=order.did, badge_as_token=order.badge_as_token)
    if order.form_key or order.did or order.badge_as_token:
        raise UsageError("These options are for further forms. Name them: --format elm,ob3.")
    return None


def key_of(order: Order) -> FormKey | None:
    """Return the key of the further forms, None for the key of the European credential."""
    if order.form_key is None:
        return None
    from tessera.journeys.unlocking import FormKey

    return FormKey(name=order.form_key, password_file=order.form_password_file)


def refuse_for_record(keys: Sequence[SigningKey]) -> None:
    """Raise KeyRefusedError for a key that the European credential is not sealed with."""
    from tessera.seals.algorithms import refuse_for_advanced_seal

    for key in keys:
        refuse_for_advanced_seal(key.alg)


def tell_losses(losses: Sequence[LossReport]) -> None:
    """Say of each further form, once for the batch, what it does not carry and where that went."""
    from tessera.cli import output
    from tessera.cli.converting import report_lines

    for report in losses:
        first, *rest = report_lines(report)
        output.line(f"{report.title}: {first}")
        if len(report.losses) > _MOST_LISTED:
            output.line(f"  tessera convert FILE --to {report.format} lists each with its place.")
            continue
        for line in rest:
            output.line(f"  {line}" if line else "")
