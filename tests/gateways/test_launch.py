"""Launch tokens: what a service accepts and refuses with the published keys, and how keys are kept and changed."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from joserfc import errors, jwt
from joserfc.jwk import KeySet, OctKey

from portal.gateways.launch import KeyRing
from tests.factories import NOW

CLAIMS = {"iss": "http://aurora.localhost:8000", "aud": "https://tests.example/open", "sub": "one"}


@pytest.fixture
def ring(tmp_path):
    return KeyRing(tmp_path)


def checked(ring, token, *, now=NOW, keys=None):
    """The claims, as a service reads them that allows ES256 alone."""
    keys = KeySet.import_key_set(keys or ring.public(now=now))
    found = jwt.decode(token, keys, algorithms=["ES256"])
    seconds = int(now.timestamp())
    jwt.JWTClaimsRegistry(now=seconds, exp={"essential": True}, nbf={"essential": True}).validate(found.claims)
    return found.claims


def part(token, number):
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def packed(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_says_what_it_was_given_and_lives_for_a_minute(ring):
    claims = checked(ring, ring.token(CLAIMS, now=NOW))
    assert claims["exp"] - claims["iat"] == 60 and claims["nbf"] == claims["iat"] == int(NOW.timestamp())
    assert CLAIMS.items() <= claims.items()


def test_every_token_has_a_name_of_its_own(ring):
    assert len({part(ring.token(CLAIMS, now=NOW), 1)["jti"] for _ in range(20)}) == 20


def test_no_claim_given_can_lengthen_its_life(ring):
    claims = part(ring.token({**CLAIMS, "exp": 2**40, "jti": "mine"}, now=NOW), 1)
    assert claims["exp"] == int(NOW.timestamp()) + 60 and claims["jti"] != "mine"


@pytest.mark.parametrize(("late", "fault"), [(-1, errors.InvalidClaimError), (60, errors.ExpiredTokenError)])
def test_before_its_time_and_after_its_end_it_opens_nothing(ring, late, fault):
    with pytest.raises(fault):
        checked(ring, ring.token(CLAIMS, now=NOW), now=NOW + timedelta(seconds=late))


def test_a_changed_claim_breaks_the_signature(ring):
    head, _body, signature = ring.token(CLAIMS, now=NOW).split(".")
    forged = packed({**part(ring.token(CLAIMS, now=NOW), 1), "sub": "another"})
    with pytest.raises(errors.BadSignatureError):
        checked(ring, f"{head}.{forged}.{signature}")


def test_unsigned_and_symmetric_tokens_are_refused(ring):
    body = ring.token(CLAIMS, now=NOW).split(".")[1]
    kid = ring.public(now=NOW)["keys"][0]["kid"]
    with pytest.raises(errors.JoseError):
        checked(ring, f"{packed({'alg': 'none', 'kid': kid})}.{body}.")
    public = json.dumps(ring.public(now=NOW)["keys"][0])
    for secret in (public, "a secret that is long enough for a test"):
        token = jwt.encode({"alg": "HS256", "kid": kid}, CLAIMS, OctKey.import_key(secret), algorithms=["HS256"])
        with pytest.raises(errors.JoseError):
            checked(ring, token)


def test_another_installations_key_does_not_fit(ring, tmp_path):
    (tmp_path / "other").mkdir()
    other = KeyRing(tmp_path / "other")
    with pytest.raises(errors.JoseError):
        checked(ring, other.token(CLAIMS, now=NOW))
    head, body, signature = other.token(CLAIMS, now=NOW).split(".")
    mine = packed(part(ring.token(CLAIMS, now=NOW), 0))
    with pytest.raises(errors.BadSignatureError):
        checked(ring, f"{mine}.{body}.{signature}")
    assert head


def test_what_is_published_is_public(ring):
    (key,) = ring.public(now=NOW)["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    assert part(ring.token(CLAIMS, now=NOW), 0) == {"alg": "ES256", "typ": "JWT", "kid": key["kid"]}


def test_the_keys_are_for_their_owner_alone_and_last(ring, tmp_path):
    token = ring.token(CLAIMS, now=NOW)
    assert ring.file.stat().st_mode & 0o777 == 0o600
    assert checked(KeyRing(tmp_path), token)["sub"] == "one", "another node has the same keys"
    assert [file.name for file in tmp_path.iterdir()] == [ring.file.name]


def test_nodes_that_start_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: KeyRing(tmp_path).public(now=NOW)["keys"][0]["kid"], range(32)))
    assert len(found) == 1


def test_after_a_rotation_old_tokens_still_open_and_new_ones_have_the_new_key(ring):
    before = ring.token(CLAIMS, now=NOW)
    kid = ring.rotate(now=NOW)
    assert part(ring.token(CLAIMS, now=NOW), 0)["kid"] == kid != part(before, 0)["kid"]
    assert checked(ring, before) and checked(ring, ring.token(CLAIMS, now=NOW))
    assert ring.file.read_text().count('"d"') == 1, "the old private half is gone"
    assert ring.file.stat().st_mode & 0o777 == 0o600


def test_an_old_key_is_published_for_a_day(ring):
    old = ring.public(now=NOW)["keys"][0]["kid"]
    ring.rotate(now=NOW)
    published = lambda now: [key["kid"] for key in ring.public(now=now)["keys"]]  # noqa: E731
    assert old in published(NOW + timedelta(hours=23, minutes=59))
    assert old not in published(NOW + timedelta(days=1, seconds=1))
    ring.rotate(now=NOW + timedelta(days=2))
    assert old not in ring.file.read_text()
