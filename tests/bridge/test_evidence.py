"""Making evidence from a journal: by either id, with the first stamp over it, and for nobody but who took part."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from countries import HOUR_MS
from exchanges import AT_MS, STAMPED_MS, Exchange, seal, token_over
from kopir.bridge import evidence
from kopir.bridge.directory import Directories
from kopir.bridge.directory_store import DirectoryStore
from kopir.bridge.disk import OsDisk
from kopir.bridge.evidence import LIMIT_STAMPS, AmbiguousExchangeError, ExchangeNotFoundError, make_evidence
from kopir.bridge.journal import IndexKey, Journal, JournalView
from kopir.bridge.judging import Proof, Verdict, judge
from kopir.wire import cbor, merkle
from kopir.wire import evidence as files
from kopir.wire.errors import RefusedError
from kopir.wire.record import Kind, Record, request_id_at
from pki import NOW_MS, p256

EXPONENT = 3


class Node:
    """The consumer's node of one exchange after another, as far as evidence needs it."""

    def __init__(self, world: Exchange, folder: Path, *, side: int = files.CONSUMER) -> None:
        self.world = world
        self.side = side
        self.folder = folder / "journal"
        self.name = (world.tj if side == files.CONSUMER else world.kz).node
        self.directories = Directories(DirectoryStore(folder / "directories", OsDisk()), world.anchors)
        for instance, country in (("TJ", world.tj), ("KZ", world.kz)):
            self.directories.accept(instance, country.document(), NOW_MS + 1000)
        self.journal = Journal.open(self.folder, node=self.name, exponent=EXPONENT)

    async def keep(self, record: Record, sealed: files.Sealed, side: int | None = None) -> None:
        side = self.side if side is None else side
        entry = files.record_entry(side, sealed.record, sealed.receipt)
        key = IndexKey(record.request_id, record.message_id, side, int(record.kind))
        await self.journal.append(entry, key).group.durable

    async def keep_exchange(self, world: Exchange | None = None) -> None:
        world = world or self.world
        await self.keep(world.request, world.sealed_request)
        await self.keep(world.answer, world.sealed_answer)

    async def stamp(self, at_ms: int = STAMPED_MS) -> None:
        size, root = self.journal.head
        country = self.world.tj if self.side == files.CONSUMER else self.world.kz
        token = token_over(files.head_statement(self.name, size, root), country.stamps, at_ms)
        await self.keep_other(cbor.encode([files.STAMP_ENTRY, size, root, token]))

    async def keep_other(self, entry: bytes) -> None:
        await self.journal.append(entry, None).group.durable

    def make(self, wanted: str = "TJ-42", **options) -> bytes:
        return make_evidence(journal=self.journal, directories=self.directories, wanted=wanted, **options)

    def judge(self, wanted: str = "TJ-42", **options) -> Verdict:
        return judge(self.make(wanted, **options), self.world.anchors)

    def judge_copy(self) -> Verdict:
        """The verdict where nothing of the journal is in memory any more."""
        view = JournalView.open(self.folder)
        data = make_evidence(journal=view, directories=self.directories, wanted="TJ-42")
        return judge(data, self.world.anchors)


@pytest.fixture(scope="module")
def world() -> Exchange:
    return Exchange()


def run(world: Exchange, folder: Path, story, **options) -> None:
    """Play a story on a fresh node."""

    async def play() -> None:
        node = Node(world, folder, **options)
        try:
            await story(node)
        finally:
            await node.journal.close()

    asyncio.run(play())


def another(world: Exchange, number: int, **changes) -> Exchange:
    """An exchange of the same two, a little later."""
    at_ms = AT_MS + number * 1000
    other = replace(world)
    other.request = world.make_request(instant_ms=at_ms, request_id=request_id_at(at_ms, bytes(16)), **changes)
    other.sealed_request = seal(other.request, world.tj.signing)
    other.answer = other.make_answer()
    other.sealed_answer = seal(other.answer, world.kz.signing)
    return other


@pytest.mark.parametrize("side", [files.CONSUMER, files.PROVIDER])
def test_an_exchange_is_found_by_each_of_its_ids(world, tmp_path, side):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        await node.stamp()
        request_id = uuid.UUID(bytes=world.request.request_id)
        data = node.make(str(request_id))
        assert data == node.make(request_id.hex) == node.make("TJ-42")
        verdict = judge(data, world.anchors)
        assert (verdict.proof, verdict.stamped_ms) == (Proof.STAMPED, STAMPED_MS)
        assert (verdict.request, verdict.answer) == (world.request, world.answer)

    run(world, tmp_path, story, side=side)


def test_what_is_not_yet_stamped_stands_under_the_last_head(world, tmp_path):
    async def story(node: Node) -> None:
        await node.stamp(AT_MS - 1000)
        await node.keep_exchange()
        verdict = node.judge()
        assert verdict.proof is Proof.SIGNED
        assert verdict.journal is not None
        assert (verdict.journal.size, verdict.journal.root) == node.journal.head

    run(world, tmp_path, story)


def test_a_request_without_answer_is_given_as_that(world, tmp_path):
    async def story(node: Node) -> None:
        await node.keep(world.request, world.sealed_request)
        await node.stamp()
        assert node.judge().proof is Proof.UNANSWERED

    run(world, tmp_path, story)


def test_an_answer_goes_before_the_note_that_none_came(world, tmp_path):
    noted = world.answered(Kind.UNANSWERED)

    async def story(node: Node) -> None:
        await node.keep(world.request, world.sealed_request)
        await node.keep(noted.answer, noted.sealed_answer)
        assert node.judge().answer == noted.answer
        await node.keep(world.answer, world.sealed_answer)
        assert node.judge().answer == world.answer

    run(world, tmp_path, story)


def test_the_first_stamp_is_taken_though_it_lies_segments_away(world, tmp_path):
    """The first, so that a certificate which expired or was revoked years later takes nothing back."""

    async def story(node: Node) -> None:
        await node.keep_exchange()
        for number in range(1, 15):
            await node.keep_exchange(another(world, number, message_id=f"TJ-{number + 100}"))
        await node.keep_other(cbor.encode([3, "KZ", 7, bytes(32)]))
        await node.stamp()
        await node.stamp(STAMPED_MS + 60_000)
        assert node.judge().stamped_ms == STAMPED_MS
        assert node.judge("TJ-105").proof is Proof.STAMPED

    run(world, tmp_path, story)


def test_a_stamp_of_another_tree_or_no_stamp_at_all_is_passed_over(world, tmp_path):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        size, _ = node.journal.head
        token = token_over(files.head_statement(node.name, size, bytes(32)), world.tj.stamps, STAMPED_MS)
        await node.keep_other(cbor.encode([files.STAMP_ENTRY, size, bytes(32), token]))
        await node.keep_other(cbor.encode([files.STAMP_ENTRY, *node.journal.head, b"garbage"]))
        assert node.judge().proof is Proof.SIGNED
        await node.stamp()
        assert node.judge().proof is Proof.STAMPED

    run(world, tmp_path, story)


def test_a_running_nodes_journal_is_read_beside_it(world, tmp_path):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        await node.stamp()
        view = JournalView.open(node.folder)
        assert make_evidence(journal=view, directories=node.directories, wanted="TJ-42") == node.make()

    run(world, tmp_path, story)


def test_proofs_outlive_other_segments(world, tmp_path):
    async def story(node: Node) -> None:
        for number in range(1, 5):
            await node.keep_exchange(another(world, number, message_id=f"TJ-{number + 100}"))
        await node.keep_exchange()
        await node.stamp()
        node.journal.retire_segment(0)
        assert node.judge().proof is Proof.STAMPED
        with pytest.raises(ExchangeNotFoundError):
            node.make("TJ-101")

    run(world, tmp_path, story)


def test_an_exchange_whose_stamped_segment_is_gone_stands_under_the_last_head(world, tmp_path):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        for number in range(1, 5):
            await node.keep_exchange(another(world, number, message_id=f"TJ-{number + 100}"))
        await node.stamp()
        for number in range(5, 10):
            await node.keep_exchange(another(world, number, message_id=f"TJ-{number + 100}"))
        node.journal.retire_segment(1)
        assert node.judge().proof is Proof.SIGNED

    run(world, tmp_path, story)


def test_a_stamp_whose_own_segment_is_gone_gives_way_to_the_next(world, tmp_path):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        for number in range(9):
            await node.keep_other(cbor.encode([3, "KZ", number, bytes(32)]))
        size, root = node.journal.head
        token = token_over(files.head_statement(node.name, size, root), world.tj.stamps, STAMPED_MS)
        for number in range(5):
            await node.keep_other(cbor.encode([3, "KZ", number, bytes(32)]))
        await node.keep_other(cbor.encode([files.STAMP_ENTRY, size, root, token]))
        assert node.judge().stamped_ms == STAMPED_MS
        node.journal.retire_segment(1)
        assert node.judge_copy().proof is Proof.SIGNED
        await node.stamp(STAMPED_MS + 60_000)
        assert node.judge_copy().stamped_ms == STAMPED_MS + 60_000

    run(world, tmp_path, story)


def test_of_many_stamps_that_cannot_be_proven_only_the_first_are_tried(world, tmp_path):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        size, _ = node.journal.head
        token = token_over(files.head_statement(node.name, size, bytes(32)), world.tj.stamps, STAMPED_MS)
        for _ in range(LIMIT_STAMPS):
            await node.keep_other(cbor.encode([files.STAMP_ENTRY, size, bytes(32), token]))
        await node.stamp()
        assert node.judge().proof is Proof.SIGNED

    run(world, tmp_path, story)


def test_an_answer_whose_request_was_retired_proves_nothing(world, tmp_path):
    async def story(node: Node) -> None:
        for number in range(7):
            await node.keep_other(cbor.encode([3, "KZ", number, bytes(32)]))
        await node.keep_exchange()
        assert node.judge().proof is Proof.SIGNED
        node.journal.retire_segment(0)
        with pytest.raises(ExchangeNotFoundError):
            node.make()

    run(world, tmp_path, story)


def test_the_documents_of_the_day_go_in_with_those_that_announced_their_keys(world, tmp_path):
    kz, key = world.kz, p256()

    async def story(node: Node) -> None:
        announced = replace(kz, key=key).spki
        node.directories.accept("KZ", kz.document(number=2, next_key=announced), NOW_MS + 2000)
        node.directories.accept("KZ", kz.document(number=3, key=key), NOW_MS + 3000)
        node.directories.accept("KZ", kz.document(number=4, key=key, issued_ms=STAMPED_MS + 1), STAMPED_MS + HOUR_MS)
        await node.keep_exchange()
        await node.stamp()
        assert node.judge().proof is Proof.STAMPED
        assert len(files.decode(node.make()).directories) == 3

    run(world, tmp_path, story)


def test_a_document_that_came_with_the_request_serves_it(world, tmp_path):
    """The asker's clock may be behind: its request seems older than the document under which it was accepted."""

    async def story(node: Node) -> None:
        early = another(world, -3600, message_id="TJ-1")
        await node.keep_exchange(early)
        await node.stamp()
        assert node.judge("TJ-1").proof is Proof.STAMPED

    run(world, tmp_path, story)


def test_a_document_that_expired_meanwhile_goes_not_in(world, tmp_path):
    async def story(node: Node) -> None:
        later = world.kz.document(number=2, expires_ms=AT_MS + HOUR_MS)
        node.directories.accept("KZ", later, AT_MS + 60_000)
        await node.keep_exchange()
        await node.stamp(AT_MS + 2 * HOUR_MS)
        assert node.judge().proof is Proof.STAMPED
        assert len(files.decode(node.make()).directories) == 2

    run(world, tmp_path, story)


# -- who may have it


@pytest.mark.parametrize("client", ["TJ/GOV/1/registry", "KZ/GOV/1/registry"])
def test_both_who_took_part_get_it(world, tmp_path, client):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        assert node.judge(client=client).proof is Proof.SIGNED

    run(world, tmp_path, story)


@pytest.mark.parametrize(
    "client",
    [
        "TJ/GOV/1",
        "TJ/GOV/1/portal",
        "TJ/GOV/1/registry2",
        "TJ/GOV/1/Registry",
        "KZ/GOV/1",
        "KZ/GOV/1/registry/regions",
        "KZ/GOV/2/registry",
        "",
    ],
)
def test_almost_who_took_part_does_not_even_learn_that_it_is_there(world, tmp_path, client):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        request_id = str(uuid.UUID(bytes=world.request.request_id))
        messages = set()
        for wanted in (request_id, "TJ-42", "TJ-43", str(uuid.UUID(int=1))):
            with pytest.raises(ExchangeNotFoundError) as error:
                node.make(wanted, client=client)
            messages.add(error.value.message)
        assert len(messages) == 1

    run(world, tmp_path, story)


def test_the_same_message_id_of_somebody_else_hides_nothing_and_shows_nothing(world, tmp_path):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        await node.keep_exchange(another(world, 1, client="TJ/GOV/1/portal"))
        assert node.judge(client="TJ/GOV/1/registry").request == world.request
        with pytest.raises(AmbiguousExchangeError, match="2 exchanges have this id") as error:
            node.make(client="KZ/GOV/1/registry")
        assert str(uuid.UUID(bytes=world.request.request_id)) in error.value.message

    run(world, tmp_path, story)


def test_nobody_hides_anothers_exchange_by_repeating_its_message_id(world, tmp_path, monkeypatch):
    monkeypatch.setattr(evidence, "LIMIT_SAME_ID", 4)

    async def story(node: Node) -> None:
        await node.keep_exchange()
        for number in range(1, 6):
            await node.keep_exchange(another(world, number, client="TJ/GOV/1/portal"))
        assert node.judge(client="TJ/GOV/1/registry").request == world.request
        with pytest.raises(AmbiguousExchangeError, match="2 exchanges have this id"):
            node.make(client="TJ/GOV/1/portal")

    run(world, tmp_path, story)


def test_a_request_id_is_never_taken_for_a_message_id(world, tmp_path):
    request_id = str(uuid.UUID(bytes=world.request.request_id))

    async def story(node: Node) -> None:
        await node.keep_exchange()
        await node.keep_exchange(another(world, 1, message_id=request_id))
        assert node.judge(request_id).request == world.request

    run(world, tmp_path, story)


def test_a_node_that_was_both_gives_the_consumers_entries_unless_asked(world, tmp_path):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        for record, sealed in ((world.request, world.sealed_request), (world.answer, world.sealed_answer)):
            await node.keep(record, sealed, files.PROVIDER)
        sides = [files.decode(node.make(side=side)).journal for side in (None, 0, 1)]
        assert [part.side for part in sides if part is not None] == [0, 0, 1]

    run(world, tmp_path, story)


def test_an_answer_is_given_with_its_own_request_alone(world, tmp_path):
    """Somebody else's node may send a request under the same request id; its answer is not ours."""
    twin = another(world, 0, client="TJ/GOV/1/portal", nonce=b"t" * 16)
    twin.request = twin.request._replace(request_id=world.request.request_id)

    async def story(node: Node) -> None:
        twin.sealed_request = seal(twin.request, world.tj.signing)
        twin.answer = twin.make_answer()
        twin.sealed_answer = seal(twin.answer, world.kz.signing)
        await node.keep(world.request, world.sealed_request)
        await node.keep_exchange(twin)
        await node.keep(world.answer, world.sealed_answer)
        assert node.judge(client="TJ/GOV/1/registry").answer == world.answer
        assert twin.answer.request_leaf == merkle.leaf_hash(twin.sealed_request.record)

    run(world, tmp_path, story)


def test_without_the_anchor_of_a_country_there_is_no_evidence_of_it(world, tmp_path):
    async def story(node: Node) -> None:
        await node.keep_exchange()
        node.directories.replace_anchors({"TJ": world.tj.anchor()})
        with pytest.raises(RefusedError, match="no anchor for instance KZ"):
            node.make()

    run(world, tmp_path, story)
