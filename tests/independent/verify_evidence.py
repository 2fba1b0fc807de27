"""Judges an evidence file by docs/reference/protocol.md alone, with no line of ours: for those who do not trust us."""

# mypy: ignore-errors
# fmt: off
import argparse, base64, hashlib, re, sys, tomllib  # noqa: E401, I001 - 250 lines are all there is
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import cbor2
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku

EARLY, LATE, WITHIN = 300_000, 60_000, 14_700_000  # ms: a record's instant before and after, then until its stamp
EXTENSIONS = (x509.KeyUsage, x509.ExtendedKeyUsage, x509.BasicConstraints, x509.SubjectAlternativeName)
NOT_SIGNING = {Eku.SERVER_AUTH, Eku.CLIENT_AUTH, Eku.TIME_STAMPING, Eku.OCSP_SIGNING, Eku.ANY_EXTENDED_KEY_USAGE}
SIGNS = [x509.KeyUsage(*[True, commits] + [False] * 7) for commits in (False, True)]
TEXTS = dict.fromkeys((4, 13, 17, 18, 19, 25), 256) | {20: 512, 21: 512}
CONTROL, CALL = r"[\x00-\x1f\x7f-\x9f]", r"(DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|TRACE) ([/?][!-~]*)?"

def need(holds, why):
    if not holds:
        raise ValueError(why)
def h(data):
    return hashlib.sha256(data).digest()
def read(data):  # §1
    items = [cbor2.loads(data)]
    for item in items:
        items += item if type(item) is list and len(items) <= len(data) else []
        need(type(item) in {list, bytes, str, type(None)} or (type(item) is int and 0 <= item < 1 << 64), "its type")
    need(cbor2.dumps(items[0]) == data, "not the one encoding")
    return items[0]

def check_identifier(text, *counts):  # §2
    for segment in text.split("/"):
        value = unquote_to_bytes(segment).decode()
        bad = value in {"", ".", ".."} or re.search(CONTROL + r"|[/\\;]|%[0-9A-Fa-f]{2}", value)
        need(not bad and len(value.encode()) <= 255 and quote(value, safe="'()+,=") == segment, "an identifier")
    need(text.count("/") + 1 in counts, "an identifier")

def record(data):  # §3
    r = read(data)
    need(len(r) == 26 and r[0] == 1 and r[1] in {1, 2, 3, 4}, "not a record")
    sizes = {2: 16, 3: 16, 12: 32, 15: 32, 22: 32, 24: 32}
    need(all(type(r[n]) is bytes and len(r[n]) == size for n, size in sizes.items() if r[n] or n < 20), "bytes")
    texts = [(r[n], most) for n, most in TEXTS.items() if n == 4 or r[n] is not None]
    need(r[4] and r[25] != "" and all(len(t.encode()) <= m and not re.search(CONTROL, t) for t, m in texts), "a text")
    for n, counts in {5: (4,), 6: (4,), 7: (3, 4), 8: (5,)}.items():
        check_identifier(r[n], *counts)
    need(len(r[10]) <= 8192 and re.fullmatch(CALL, r[9] + " " + r[10]), "method or target")
    need(r[3][6] >> 4 == 7 and r[3][8] >> 6 == 2 and 946_684_800_000 <= r[16] <= 4_102_444_799_999, "id or instant")
    need(type(r[14]) is type(r[23][0]) is int and len(r[23][1]) == 32 and (r[23][0] or r[23][1] == h(b"")), "head")
    need(tuple(r[n] is not None for n in (11, 24, 25)) == ((0, 0, 0), (1, 1, 0), (1, 1, 1), (0, 1, 1))[r[1] - 1], "")
    need((r[1] != 1 or int.from_bytes(r[3][:6], "big") == r[16]) and 200 <= (r[11] or 200) <= 599, "time or status")
    need(r[1] != 4 or r[12:16] == [h(b""), None, 0, h(b"")], "a missing answer with content")
    return r

def cose(data, rest, unprotected):  # §4, §6
    protected, given, payload, signature = cbor2.loads(data).value
    alg, kid = (cbor2.loads(protected)[name] for name in (1, 4))
    again = cbor2.dumps({1: alg, 4: kid, **rest})
    whole = cbor2.dumps(cbor2.CBORTag(18, [again, unprotected(given), payload, signature]))
    need(whole == data and len(kid) == 32, "not the one form of COSE")
    need(len(signature) == 64 if alg in {-7, -8} else 256 <= len(signature) <= 1024, "signature's length")
    return kid, (alg, again, signature), payload, given
def receipt(data):  # §4
    kid, signed, payload, given = cose(data, {395: 1}, lambda u: {396: {-1: [u[396][-1][0]]}})
    size, index, path = read(given[396][-1][0])
    need(payload is None and 1 <= index < size < 1 << 32 and len(path) <= 32, "receipt")
    return kid, signed, (index, size, path)

def root_of(leaf, index, size, path):  # RFC 9162 §2.1.1, from the top
    need(0 <= index < size and bool(path) == (size > 1) and all(len(step) == 32 for step in path), "inclusion path")
    if size == 1:
        return leaf
    if index < (left := 1 << (size - 1).bit_length() - 1):
        return h(b"\1" + root_of(leaf, index, left, path[:-1]) + path[-1])
    return h(b"\1" + path[-1] + root_of(leaf, index - left, size - left, path[:-1]))

def check_signed(key, payload, alg, protected, signature):  # RFC 9052 §4.4
    data = cbor2.dumps(["Signature1", protected, b"", payload])
    if alg == -7 and isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        pair = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        key.verify(utils.encode_dss_signature(*pair), data, ec.ECDSA(hashes.SHA256()))
    elif alg == -8 and isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, data)
    else:
        need(alg == -37 and isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048, "another key's algorithm")
        key.verify(signature, data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())

def directories(documents, anchors, instances, instants):  # §6, §8
    found = []
    for document in documents:
        kid, signed, payload, _ = cose(document, {}, lambda _: {})
        d = read(payload)
        need(len(d) == 13 and d[0] == 1 and d[1] in instances and d[3] < d[4], "not a directory of the exchange")
        for n in range(7, 12):
            keys = [entry[0] for entry in d[n] if n == 11 or entry[0].startswith(d[1] + "/")]
            need(len(keys) == len(d[n]) and keys == sorted(set(keys)), "entries of others, or out of order")
        d[3], d[4] = d[3] - EARLY, d[4] + LATE  # for which records it may have been used
        found.append((d[1], d[2], d, kid, signed, payload))
    kept, (before, number, keys) = [], ("", 0, {})
    found.sort(key=lambda one: one[:2])
    for (instance, own, d, kid, signed, payload), after in zip(found, [*found[1:], ("",)], strict=True):
        key, lowest = anchors[instance]
        number, keys = (number, keys) if instance == before else (-1, {h(key): key})
        check_signed(serialization.load_der_public_key(keys[kid]), payload, *signed)
        need(own > number, "a number twice")
        before, number, keys = instance, own, {h(key): key for key in (keys[kid], d[12]) if key}
        used = any(d[3] <= instant < d[4] for instant in instants)
        need(own >= lowest if used else after[0] == instance and after[3] != kid, "too low, or without need")
        kept += [d] if used else []
    need({d[1] for d in kept if d[3] <= instants[0] < d[4]} == instances, "one is missing")
    return kept

def facts(certificate, at):  # KeyUsage, ExtendedKeyUsage and whether it is critical, BasicConstraints
    need(certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc, "a certificate not valid then")
    found = {type(one.value): one for one in certificate.extensions}
    need(all(not one.critical or kind in EXTENSIONS for kind, one in found.items()), "unknown critical extension")
    usage, extended, basic = (found.get(kind) for kind in EXTENSIONS[:3])
    purposes = (set(extended.value), extended.critical) if extended else (set(), False)
    return usage and usage.value, purposes, basic.value if basic else x509.BasicConstraints(ca=False, path_length=None)
def check_chain(certificate, authorities, crls, at, above=0):  # RFC 5280 §6, at most three authorities
    facts(certificate, at)
    if above and certificate.subject == certificate.issuer:
        return certificate.verify_directly_issued_by(certificate)
    issuer = next(one for one in authorities if one.subject == certificate.issuer)
    usage, _, basic = facts(issuer, at)
    highest = 2 if basic.path_length is None else min(basic.path_length, 2)
    need(basic.ca and usage.key_cert_sign and above <= highest, "not its authority")
    certificate.verify_directly_issued_by(issuer)
    named = [crl for crl in crls if crl.issuer == issuer.subject]
    good = [crl for crl in named if usage.crl_sign and crl.is_signature_valid(issuer.public_key())]
    entries = [crl.get_revoked_certificate_by_serial_number(certificate.serial_number) for crl in good]
    need(not any(entry and entry.revocation_date_utc <= at for entry in entries), "revoked")
    need(not named or any(crl.next_update_utc >= at for crl in good), "no current revocation list")
    return check_chain(issuer, authorities, crls, at, above + 1)

def read_token(token):  # RFC 3161
    whole = cms.ContentInfo.load(token, strict=True)
    signed = whole.native["content"]
    signer, content = signed["signer_infos"][0], whole["content"]["encap_content_info"]
    said = whole["content_type"].native, signed["version"], content["content_type"].native, signer["version"]
    need(said == ("signed_data", "v3", "tst_info", "v1") and not signer["unsigned_attrs"], "not a token")
    need(signed["digest_algorithms"] == [signer["digest_algorithm"]], "not one hash")
    info = tsp.TSTInfo.load(bytes(content["content"]), strict=True)
    return whole["content"]["signer_infos"][0], info, info["gen_time"].native
def check_stamp(token, statement, listed):
    signer, info, at = read_token(token)
    name = signer["digest_algorithm"]["algorithm"].native
    attributes = {a["type"].native: a["values"][0].native for a in signer["signed_attrs"]}
    imprint = {"hash_algorithm": {"algorithm": "sha256", "parameters": None}, "hashed_message": h(statement)}
    need(info["message_imprint"].native == imprint and name in {"sha256", "sha384", "sha512"}, "of something else")
    need(attributes["message_digest"] == hashlib.new(name, info.dump()).digest(), "of another content")
    one = attributes["signing_certificate_v2"]["certs"][0]
    der = next(d for d in listed if hashlib.new(one["hash_algorithm"]["algorithm"], d).digest() == one["cert_hash"])
    certificate = x509.load_der_x509_certificate(der)
    need(facts(certificate, at)[1] == ({Eku.TIME_STAMPING}, True), "a certificate not for time stamps")
    named = signer["sid"].chosen["issuer"].dump(), signer["sid"].chosen["serial_number"].native
    key, chosen, alg = certificate.public_key(), getattr(hashes, name.upper())(), signer["signature_algorithm"].native
    scheme = [padding.PKCS1v15(), chosen] if isinstance(key, rsa.RSAPublicKey) else [ec.ECDSA(chosen)]
    is_right = alg["parameters"] is None and alg["algorithm"] in {name + "_ecdsa", name + "_rsa", "rsassa_pkcs1v15"}
    need(is_right and named == (certificate.issuer.public_bytes(), certificate.serial_number), "another signer")
    key.verify(signer["signature"].native, signer["signed_attrs"].untag().dump(), *scheme)

def opened(data):  # yields the name of each check before it is made
    yield "checksum"
    need(data[:1] == b"\x86" and data[-34:-32] == b"\x58\x20" and h(b"\x85" + data[1:-34]) == data[-32:], "changed")
    yield "form"
    magic, exchange, documents, journal, stamp, _ = read(data)
    need(magic == "kopir evidence 1" and len(exchange) == 4 and documents == sorted(set(documents)), "its form")
    pairs = [exchange[:2], exchange[2:]][: 1 if exchange[2:] == [None, None] else 2]
    need(all(type(part) is bytes for pair in (*pairs, documents) for part in pair) and 0 < len(documents) < 65, "bytes")
    node, side, size, root, places = journal or ("none", 0, 1, h(b""), [[0, []]] * len(pairs))
    need(node and side in {0, 1} and len(root) == 32 and len(places) == len(pairs), "journal part")
    need(size > max(index for index, path in places), "place in the journal")
    need(stamp is None or (journal and len(stamp) == 4 and stamp[:3] == [node, size, root]), "stamp of another head")
    yield "request"
    request, answer, receipts = record(pairs[0][0]), None, [receipt(pairs[0][1])]
    need(request[1] == 1, "no request")
    yield "answer"
    for sent, proof in pairs[1:]:
        answer, leaf = record(sent), h(b"\0" + pairs[0][0])
        receipts.append(receipt(proof))
        nodes = request[5:7] if answer[1] == 4 else request[6:4:-1]
        need(answer[1] != 1 and answer[24] == leaf and answer[5:7] == nodes, "an answer to another request")
        need(all(answer[n] == request[n] for n in (3, 4, *range(7, 11), *range(17, 23))), "or to something else")
    return request, answer, list(zip(receipts, pairs, places, strict=True)), documents, journal, stamp

def judge(data, anchors):  # and at last the verdict
    request, answer, proofs, documents, journal, stamp = yield from opened(data)
    signed, node, side, size, root = [request, answer][: len(proofs)], *(journal or [None] * 5)[:4]
    yield "token"
    times = [] if stamp is None else [round(read_token(stamp[3])[2].timestamp() * 1000)]
    yield "directories"
    kept = directories(documents, anchors, {request[n].split("/")[0] for n in (7, 8)}, [r[16] for r in signed] + times)
    yield "nodes"
    listed = [(one[0], client) for d in kept if d[3] <= request[16] < d[4] for one in d[10] for client in one[3]]
    need((request[5], request[7]) in listed and (request[6], request[8].rpartition("/")[0]) in listed, "another's node")
    yield "signatures"
    signers = []
    for r, ((kid, proof, place), pair, _) in zip(signed, proofs, strict=True):
        member = "/".join({1: r[7], 2: r[8]}.get(r[1], r[5]).split("/")[:3])
        keys = [(d, der) for d in kept if d[3] <= r[16] < d[4] for one in d[7] if one[0] == member for der in one[2]]
        d, der = next((d, der) for d, der in keys if h(der) == kid)
        signers.append((r, d, x509.load_der_x509_certificate(der)))
        usage, purposes, basic = facts(signers[-1][2], signers[-1][2].not_valid_after_utc)
        need(usage in SIGNS and not purposes[0] & NOT_SIGNING and not basic.ca, "not for signing")
        check_signed(signers[-1][2].public_key(), root_of(h(b"\0" + pair[0]), *place), *proof)
    yield "journal"
    need(not journal or (node == request[5 + side] and not (side and answer and answer[1] == 4)), "another side's node")
    need(proofs[0][2][0] <= proofs[-1][2][0], "the answer before the request")
    for _, pair, (index, path) in proofs if journal else []:
        need(root_of(h(b"\0" + cbor2.dumps([1, side, *pair])), index, size, path) == root, "another root")
    yield "stamp"
    if stamp is not None:
        authorities = [der for d in kept if d[1] == node.split("/")[0] for _, der in d[11]]
        check_stamp(stamp[3], cbor2.dumps(["kopir journal head", node, size, root]), authorities)
    fresh = {d[1] for d in kept for at in times if d[3] <= at < d[4]}
    in_time = times and all(times[0] - r[16] <= WITHIN and d[1] in fresh for r, d, _ in signers)
    yield "certificates"
    for r, d, certificate in signers:
        crls = [x509.load_der_x509_crl(der) for other in kept if other[1] == d[1] for der in other[6]]
        at = datetime.fromtimestamp((times if in_time else [r[16]])[0] / 1000, UTC)
        check_chain(certificate, [x509.load_der_x509_certificate(der) for der in d[5]], crls, at)
    yield "times"
    need(signed[-1][16] >= request[16] - LATE, "an answer before its request")
    need(all(r[16] <= at + LATE for r in signed for at in times), "a stamp before what it is of")
    yield "unanswered" if answer is None or answer[1] == 4 else "stamped" if in_time else "signed"

def main():
    parser = argparse.ArgumentParser(epilog="status: 0 stamped, 3 not yet stamped, 4 without answer, 1 invalid")
    parser.add_argument("file", type=Path)
    parser.add_argument("--anchor", action="append", required=True, type=Path)
    args = parser.parse_args()
    given = [tomllib.loads(path.read_text("utf-8")) for path in args.anchor]
    anchors, step = {one["instance"]: (base64.b64decode(one["key"]), one["lowest_number"]) for one in given}, ""
    try:
        for step in judge(args.file.read_bytes(), anchors):  # noqa: B007 - the last one counts
            pass
    except Exception as error:  # noqa: BLE001 - whatever a stranger's bytes do to a library, they prove nothing
        step = f"invalid: {step}: {type(error).__name__}: {error}"
    print(step)
    return {"stamped": 0, "signed": 3, "unanswered": 4}.get(step, 1)

if __name__ == "__main__":
    sys.exit(main())
