"""The golden records: made by today's code, read with every field as told, and the hostile ones refused."""

import pytest

import vectors
from kopir.wire import merkle, record
from kopir.wire.errors import MalformedError

VECTORS = vectors.load("records.json")


def test_the_file_is_what_the_script_makes():
    assert vectors.is_as_made("records.json")


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: case["name"])
def test_a_good_record_has_the_fields_that_the_vector_tells(case):
    data = bytes.fromhex(case["record"])
    read = record.decode(data)
    as_json = {name: value.hex() if isinstance(value, bytes) else value for name, value in read._asdict().items()}
    assert as_json == case["fields"]
    assert record.encode(read) == data
    assert merkle.leaf_hash(data).hex() == case["leaf_hash"]


def test_the_golden_answers_answer_the_golden_request():
    good = {case["name"]: record.decode(bytes.fromhex(case["record"])) for case in VECTORS["good"]}
    leaf = bytes.fromhex(VECTORS["good"][0]["leaf_hash"])
    for name in ("response", "refusal", "unanswered"):
        record.check_answer(good["request"], leaf, good[name])


@pytest.mark.parametrize("case", VECTORS["hostile"], ids=lambda case: case["why"])
def test_a_hostile_record_is_refused(case):
    with pytest.raises(MalformedError):
        record.decode(bytes.fromhex(case["record"]))
