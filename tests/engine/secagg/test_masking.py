# SPDX-License-Identifier: Apache-2.0
"""Pairwise masking: the masks cancel in the sum whoever drops out, and everything that was tampered with is refused by name."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import WardroundError
from engine.secagg import fixed_point, masking
from engine.secagg.base import Ring
from engine.secagg.circle import COMPLETE, DEGREE, Circle, SiteKeys, least_shares
from engine.secagg.masking import MaskingOpener, MaskingSealer, Secrets
from engine.trust.signing import holds
from engine.values import Layout, Phase, SiteId
from tests.support.masked import KEY, Ward, random_ring, signing_key

LENGTH = 70_000  # more than a chunk


def summed(ward: Ward, survivors: tuple[SiteId, ...], bits: int, participants: tuple[SiteId, ...] | None = None) -> tuple[Ring, Ring]:
    """(the masked sum, the plain sum) of the survivors' vectors."""
    rings = {site: random_ring(number, LENGTH, bits) for number, site in enumerate(ward.sites)}
    total, plain = np.zeros_like(rings[ward.sites[0]]), np.zeros_like(rings[ward.sites[0]])
    for site in survivors:
        total += np.frombuffer(ward.seal(site, rings[site], participants), total.dtype)
        plain += rings[site]
    return total, plain


@pytest.mark.parametrize("count", [3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("bits", [32, 64])
def test_whoever_drops_out_after_the_shares_the_sum_of_the_rest_is_opened(count: int, bits: int) -> None:
    ward = Ward(count)
    for gone in range(count - least_shares(count) + 1):
        survivors = ward.sites[gone:]
        total, plain = summed(ward, survivors, bits)
        assert not np.array_equal(total, plain)
        ward.masks(survivors).take_off(total)
        assert np.array_equal(total, plain)


@pytest.mark.parametrize("count", [5, 8])
def test_who_drops_out_before_the_vectors_or_while_unmasking_changes_nothing(count: int) -> None:
    """One site is gone before vectors are asked for, another one has sent its vector and does not help to open the sum."""
    ward = Ward(count)
    participants = ward.sites[1:]
    total, plain = summed(ward, participants, 32, participants)
    answers = ward.answers(participants, participants[: least_shares(count)], participants)
    ward.masks(participants, answers, participants).take_off(total)
    assert np.array_equal(total, plain)


def test_any_set_of_enough_answers_opens_the_sum_and_no_smaller_one() -> None:
    ward = Ward(5)
    total, plain = summed(ward, ward.sites, 32)
    every = ward.answers(ward.sites, ward.sites)
    for chosen in itertools.combinations(ward.sites, 4):
        opened = total.copy()
        ward.masks(ward.sites, {site: every[site] for site in chosen}).take_off(opened)
        assert np.array_equal(opened, plain)
        assert masking.enough(ward.circle, ward.sites, chosen)
    few = {site: every[site] for site in ward.sites[:3]}
    assert not masking.enough(ward.circle, ward.sites, few)
    with pytest.raises(WardroundError, match="E-SEAL-04"):
        ward.masks(ward.sites, few)


def test_a_large_federation_masks_with_its_neighbours_only() -> None:
    ward = Ward(48)
    assert len(ward.sites) > COMPLETE + 1
    for site in ward.sites:
        near = ward.circle.neighbours(site)
        assert len(near) == DEGREE
        assert all(site in ward.circle.neighbours(other) for other in near)
    survivors = ward.sites[:20] + ward.sites[24:]
    assert masking.enough(ward.circle, ward.sites, survivors)
    total, plain = summed(ward, survivors, 64)
    ward.masks(survivors).take_off(total)
    assert np.array_equal(total, plain)


def test_the_graph_is_drawn_anew_for_other_keys() -> None:
    one, other = Ward(48), Ward(48, salt="other")
    assert any(one.circle.neighbours(site) != other.circle.neighbours(site) for site in one.sites)


def test_two_vectors_of_one_opening_have_masks_of_their_own() -> None:
    ward = Ward(3)
    zeros = np.zeros(LENGTH, np.uint32)
    first, second = (np.frombuffer(ward.seal(ward.sites[0], zeros, vector=vector), np.uint32) for vector in (0, 1))
    assert not np.any(first[:100] == second[:100])
    total = np.zeros(LENGTH, np.uint32)
    for site in ward.sites:
        total += np.frombuffer(ward.seal(site, zeros, vector=1), np.uint32)
    ward.masks(ward.sites).take_off(total, 1)
    assert not total.any()


@pytest.mark.parametrize("other", [replace(KEY, round=4), replace(KEY, attempt=2), replace(KEY, phase=Phase.TEST)], ids=str)
def test_every_opening_has_masks_of_its_own_even_from_the_same_seed(other: object) -> None:
    zeros = np.zeros(1000, np.uint32)
    one, two = Ward(3), Ward(3, key=other)  # type: ignore[arg-type]
    assert one.bodies != two.bodies
    assert one.seal(one.sites[0], zeros) != two.seal(one.sites[0], zeros)


def test_the_same_seed_gives_the_same_bytes_again() -> None:
    one, again = Ward(5), Ward(5)
    ring = random_ring(1, 1000, 32)
    for site in one.sites:
        assert (one.bodies[site], one.sealed[site], one.seal(site, ring)) == (
            again.bodies[site],
            again.sealed[site],
            again.seal(site, ring),
        )
    assert one.answers(one.sites, one.sites) == again.answers(again.sites, again.sites)


# ---------------------------------------------------------------- tampering


@pytest.mark.parametrize("place", [0, 31, 32, 64, 95, 96, 159])
def test_changed_keys_are_refused_by_name(place: int) -> None:
    ward = Ward(3)
    body = bytearray(ward.bodies[ward.sites[1]])
    body[place] ^= 1
    with pytest.raises(WardroundError, match=r"E-SEAL-01.*h01"):
        masking.check_keys(KEY, ward.sites[1], SiteKeys.read(bytes(body)), signing_key(ward.sites[1]).public, holds)


def test_keys_of_another_site_or_another_opening_are_refused() -> None:
    ward, public = Ward(3), signing_key(SiteId("h01")).public
    with pytest.raises(WardroundError, match="E-SEAL-01"):
        masking.check_keys(KEY, ward.sites[1], ward.circle.keys[ward.sites[2]], public, holds)
    with pytest.raises(WardroundError, match="E-SEAL-01"):
        masking.check_keys(replace(KEY, attempt=2), ward.sites[1], ward.circle.keys[ward.sites[1]], public, holds)


def test_a_key_that_gives_everybody_the_same_secret_is_refused() -> None:
    ward = Ward(3)
    keys = dict(ward.circle.keys)
    keys[ward.sites[2]] = replace(keys[ward.sites[2]], mask=bytes(32))
    sealer = MaskingSealer(ward.secrets[ward.sites[0]], Circle(KEY, keys), ward.sites[0], ward.sites)
    with pytest.raises(WardroundError, match=r"E-SEAL-01.*h02"):
        sealer.seal(np.zeros(10, np.uint32))


@pytest.mark.parametrize("place", [0, 40, 81])
def test_a_changed_share_is_refused_by_the_name_of_its_sender(place: int) -> None:
    ward = Ward(4)
    parcels = ward.parcels(ward.sites[0])
    changed = bytearray(parcels[ward.sites[2]])
    changed[place] ^= 1
    with pytest.raises(WardroundError, match=r"E-SEAL-03.*h02"):
        masking.open_shares(ward.secrets[ward.sites[0]], ward.circle, ward.sites[0], {**parcels, ward.sites[2]: bytes(changed)})


def test_a_share_for_another_site_or_of_another_opening_is_refused() -> None:
    ward, other = Ward(4), Ward(4, key=replace(KEY, round=4))
    me, sender = ward.sites[0], ward.sites[2]
    for parcel in (ward.parcels(ward.sites[1])[sender], other.parcels(me)[sender], ward.parcels(sender)[me]):
        with pytest.raises(WardroundError, match=r"E-SEAL-03.*h02"):
            masking.open_shares(ward.secrets[me], ward.circle, me, {**ward.parcels(me), sender: parcel})


def test_the_list_of_survivors_binds_keys_participants_and_survivors() -> None:
    ward, other = Ward(4), Ward(4, salt="other")
    signed = masking.survivors_message(ward.circle, ward.sites, ward.sites[1:])
    changed = {
        masking.survivors_message(other.circle, ward.sites, ward.sites[1:]),
        masking.survivors_message(ward.circle, ward.sites, ward.sites),
        masking.survivors_message(ward.circle, ward.sites[1:], ward.sites[1:]),
    }
    assert signed not in changed
    assert len(changed) == 3
    assert signed == masking.survivors_message(ward.circle, reversed(ward.sites), reversed(ward.sites[1:]))


def test_a_site_gives_of_each_peer_one_secret_only() -> None:
    """Of who survived the self-mask's share, of who did not the mask key's: never both, whatever it is asked."""
    ward = Ward(4)
    me, gone = ward.sites[0], ward.sites[3]
    held = masking.open_shares(ward.secrets[me], ward.circle, me, ward.parcels(me))
    given = masking.unmasking(ward.circle, me, held, ward.sites, ward.sites[:3])
    for site in ward.sites:
        both = [share in given for share in held[site]]
        assert both == ([False, True] if site == gone else [True, False])


@pytest.mark.parametrize("liar", [0, 2, 4])
def test_one_wrong_answer_among_more_than_enough_is_left_out(liar: int) -> None:
    ward = Ward(5)
    total, plain = summed(ward, ward.sites, 32)
    answers = ward.answers(ward.sites, ward.sites)
    wrong = bytearray(answers[ward.sites[liar]])
    wrong[5] ^= 1
    wrong[-1] ^= 1
    ward.masks(ward.sites, {**answers, ward.sites[liar]: bytes(wrong)}).take_off(total)
    assert np.array_equal(total, plain)


def test_a_wrong_answer_that_is_needed_opens_nothing() -> None:
    ward = Ward(4)
    answers = ward.answers(ward.sites[:3], ward.sites[:3])
    wrong = bytearray(answers[ward.sites[0]])
    wrong[-1] ^= 1  # its share of the mask key of h03, who dropped out
    with pytest.raises(WardroundError, match=r"E-SEAL-08.*h03"):
        ward.masks(ward.sites[:3], {**answers, ward.sites[0]: bytes(wrong)})


# ---------------------------------------------------------------- the sum, of which alone something can be checked

UPDATE = Layout(LENGTH, 32, 27, 4.0)
COUNTS = Layout(LENGTH, 64, 28, float(1 << 28))


def opened(ward: Ward, rings: list[Ring], layout: Layout, folder: Path) -> Ring:
    opener = MaskingOpener(layout)
    for site, ring in zip(ward.sites, rings, strict=True):
        path = folder / site
        path.write_bytes(ward.seal(site, ring))
        opener.take(path)
    opener.take_off(ward.masks(ward.sites))
    return opener.total()


def update(weight: float, value: float = 0.25) -> Ring:
    return fixed_point.encode_update(np.full(LENGTH - 3, value, np.float32), weight, 0.5, UPDATE)[0]


def test_weights_that_sum_to_more_than_one_are_refused(tmp_path: Path) -> None:
    ward = Ward(3)
    assert fixed_point.open_update(opened(ward, [update(1 / 3)] * 3, UPDATE, tmp_path).view(np.uint32), UPDATE).weight_sum <= 1.0 + 1e-6
    with pytest.raises(WardroundError, match="E-TRAIN-12"):
        opened(ward, [update(1 / 3), update(1 / 3), update(0.4)], UPDATE, tmp_path)


@pytest.mark.parametrize("place", [0, 40_000, -2, -1])
def test_a_sum_that_no_honest_vectors_have_is_refused(place: int, tmp_path: Path) -> None:
    garbage = update(1 / 3)
    garbage[place] = 1 << 30
    with pytest.raises(WardroundError, match="E-SEAL-09"):
        opened(Ward(3), [update(1 / 3), update(1 / 3), garbage], UPDATE, tmp_path)


def test_a_negative_count_in_a_sum_is_refused(tmp_path: Path) -> None:
    counts = [fixed_point.encode(np.ones(LENGTH), COUNTS)[0] for _ in range(3)]
    assert np.all(fixed_point.decode(opened(Ward(3), counts, COUNTS, tmp_path), COUNTS) == 3)
    counts[1] = fixed_point.encode(np.full(LENGTH, -5.0), COUNTS)[0]
    with pytest.raises(WardroundError, match="E-SEAL-09"):
        opened(Ward(3), counts, COUNTS, tmp_path)


def test_the_fewest_hospitals_of_a_sum() -> None:
    assert [least_shares(count) for count in (3, 4, 5, 6, 7, 8, 9, 32)] == [3, 3, 4, 5, 5, 6, 7, 22]
    assert Ward(4, least=4).circle.threshold == 4
    assert Ward(8, least=4).circle.threshold == 6


def test_secrets_print_nothing_secret() -> None:
    secrets = Secrets(bytes(range(32)), KEY)
    assert bytes(range(32)).hex() not in repr(secrets)
    assert repr(secrets) == f"Secrets({KEY})"


def test_golden_bytes_of_every_step() -> None:
    """An older version's messages go on being understood: these bytes never change."""
    golden = json.loads((Path(__file__).parents[2] / "vectors" / "masking.json").read_text(encoding="utf-8"))
    ward, survivors = Ward(4), Ward(4).sites[:3]
    me = ward.sites[0]
    assert ward.bodies[me].hex() == golden["keys"]
    assert ward.sealed[me].hex() == golden["shares"]
    assert ward.seal(me, random_ring(0, 16, 32)).hex() == golden["vector"]
    assert ward.seal(me, random_ring(0, 8, 64)).hex() == golden["counts"]
    assert masking.survivors_message(ward.circle, ward.sites, survivors).hex() == golden["survivors"]
    assert ward.answers(survivors, survivors)[me].hex() == golden["unmask"]
