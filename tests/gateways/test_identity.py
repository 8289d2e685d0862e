"""What a provider says is believed only where everything fits: SO-02 to SO-04, SO-07 to SO-10."""

from __future__ import annotations

import base64
import hmac
import json
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from portal.config import Settings
from portal.gateways import identity_discovery, turns
from portal.gateways.identity import Answer, Client, IdentityProvider
from portal.gateways.identity_discovery import Trouble
from tests.provider import CLIENT_ID, SECRET, key, signed

BACK = "http://aurora.localhost:8000/sign-in/sso-callback"
VERIFIER = "v" * 43
VERIFIED = {"email": "Carla@Cantina.example", "email_verified": True}


def at(provider, *, seconds=9.0, env="development", allow=None, **client):
    settings = Settings(
        _env_file=None,
        secret_key="a key of forty characters, for tests only",
        egress_allow=provider.place if allow is None else allow,
        env=env,
    )
    who = replace(Client(provider.issuer, CLIENT_ID, SECRET), **client)
    return IdentityProvider(who, settings, seconds=seconds)


def go(provider, *, nonce="n-1", verifier=VERIFIER, back=BACK, iss=None, visit=None, **claims):
    """There and back: what the portal learns."""
    visit = visit or at(provider)
    address = visit.address(BACK, state="s", nonce="n-1", verifier=VERIFIER)
    returned = parse_qs(urlsplit(provider.authorize(address, iss=iss, **claims)).query)
    answer = Answer(code=returned["code"][0], issuer=returned.get("iss", [""])[0])
    return visit.redeem(answer, back, nonce=nonce, verifier=verifier, now=datetime.now(UTC))


def refused(provider, **options):
    with pytest.raises(Trouble) as caught:
        go(provider, **options)
    return caught.value.code, caught.value.values.get("said")


def test_whoever_comes_back_is_known_by_issuer_and_subject(provider):
    claims = go(provider, **VERIFIED, name="Carla  Nunes", groups=["menus", 3])
    assert (claims.issuer, claims.subject) == (provider.issuer, "s-1")
    assert (claims.email, claims.domain, claims.name) == ("carla@cantina.example", "cantina.example", "Carla Nunes")
    assert claims.groups == ("menus",)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_counts_for_nothing(provider, verified):
    claims = go(provider, email="carla@cantina.example", email_verified=verified)
    assert claims.email == "" and claims.named_email == "carla@cantina.example"


def test_the_secret_goes_in_the_form_where_the_provider_wants_it_there(provider):
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert go(provider, **VERIFIED).email


def test_what_the_token_leaves_out_is_asked_for_and_only_of_the_same_person(provider):
    provider.userinfo = {"sub": "s-1", **VERIFIED}
    assert go(provider).email == "carla@cantina.example"
    provider.userinfo = {"sub": "s-2", **VERIFIED}
    assert go(provider).email == ""


def test_an_address_and_its_proof_come_from_one_document(provider):
    provider.userinfo = {"sub": "s-1", "email": "mallory@evil.example", "email_verified": True, "groups": ["g"]}
    claims = go(provider, visit=at(provider, wants_groups=True), email="carla@cantina.example")
    assert (claims.email, claims.named_email, claims.groups) == ("", "carla@cantina.example", ("g",))
    provider.userinfo = {"sub": "s-1", "email": "carla@cantina.example", "email_verified": False, "name": "Carla"}
    claims = go(provider, email_verified=True)
    assert (claims.email, claims.named_email, claims.name) == ("", "carla@cantina.example", "Carla")


@pytest.mark.parametrize(
    ("said", "email"),
    [
        (" Carla@Cantina.EXAMPLE ", "carla@cantina.example"),
        ("\u212aarla@cantina.example", ""),  # a Kelvin sign folds to k
        ("carla@cant\u0130na.example", ""),
        ("carla@\uff43antina.example", ""),
        ("carla@cantina.example, k@x.example", ""),
        ("carla", ""),
        ("x" * 260 + "@cantina.example", ""),
        (["carla@cantina.example"], ""),
    ],
)
def test_an_address_is_what_it_looks_like(provider, said, email):
    assert go(provider, email=said, email_verified=True).email == email


@pytest.mark.parametrize("nonce", [None, "n-2", "", 7])
def test_a_token_of_another_visit_is_refused(provider, nonce):
    provider.claims = {"nonce": nonce}
    assert refused(provider) == ("bad_token", "nonce")


def handmade(claims, sign, **header):
    """A token whose maker no library holds back; `sign` makes the signature of the bytes before it."""
    header = {name: value for name, value in header.items() if value is not None}
    first = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{first}.{encoded(sign(first.encode()))}"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def shared(secret):
    return lambda claims: handmade(
        claims, lambda data: hmac.digest(secret, data, "sha256"), alg="HS256", kid="k1", typ="JWT"
    )


def asymmetric(hashed=hashes.SHA256, **header):
    """Signed by the right key, under a header of one's own."""
    private = key().private_key
    return lambda claims: handmade(
        claims, lambda data: private.sign(data, padding.PKCS1v15(), hashed()), **{"alg": "RS256", "kid": "k1"} | header
    )


def forged(kind):
    """A maker of tokens that somebody else could make."""
    own = RSAKey.generate_key(2048)
    return {
        "none": lambda claims: handmade(claims, lambda _: b"", alg="none"),
        "None": lambda claims: handmade(claims, lambda _: b"", alg="None"),
        "unsigned": lambda claims: handmade(claims, lambda _: b"", alg="RS256", kid="k1"),
        "HS256 with an empty key": shared(b""),
        "HS256 with the public key": shared(json.dumps(key().as_dict(private=False)).encode()),
        "HS256 with the PEM": shared(key().as_pem(private=False)),
        "HS256 with the client secret": shared(SECRET.encode()),
        "own key": lambda claims: jwt.encode({"alg": "RS256", "kid": "k1"}, claims, own),
        "own key in the header": lambda claims: jwt.encode(
            {"alg": "RS256", "jwk": own.as_dict(private=False)}, claims, own
        ),
        "jku": asymmetric(jku="http://127.0.0.1:1/keys"),
        "x5u": asymmetric(x5u="http://127.0.0.1:1/cert"),
        "kid as a path": asymmetric(kid="../../dev/null"),
        "crit": asymmetric(crit=["exp"], exp=1),
        "another algorithm": asymmetric(hashes.SHA384, alg="RS384"),
        "JSON": lambda claims: json.dumps(
            dict(zip(("protected", "payload", "signature"), signed(claims).split("."), strict=True))
        ),
        "one bit": lambda claims: signed(claims)[:-6] + "AAAAAA",
        "two tokens": lambda claims: signed(claims) + "." + signed(claims),
        "nothing inside": lambda claims: "e30.e30.e30",
        "text": lambda claims: "é.é.é",
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "none", "None", "unsigned", "HS256 with an empty key", "HS256 with the public key", "HS256 with the PEM",
        "HS256 with the client secret", "own key", "own key in the header", "jku", "x5u", "kid as a path",
        "crit", "another algorithm", "JSON", "one bit", "two tokens", "nothing inside", "text",
    ],
)  # fmt: skip
def test_a_forged_token_is_refused(provider, kind):
    provider.sign = asymmetric()
    assert go(provider, **VERIFIED).subject == "s-1"  # made by hand, and good
    provider.sign = forged(kind)
    assert refused(provider, **VERIFIED)[0] == "bad_token"


def test_a_key_for_another_purpose_proves_nothing(provider):
    provider.keys = [key().as_dict(private=False) | {"use": "enc"}]
    assert refused(provider)[0] == "bad_token"
    provider.keys = [{"kty": "EC", "kid": "k1"}, {"kty": []}, {"kty": "RSA", "kid": "k1", "n": "x", "e": 5}]
    assert refused(provider)[0] == "bad_token"


def test_without_a_name_the_only_key_that_signs_is_taken(provider, monkeypatch):
    monkeypatch.setattr(identity_discovery, "_FRESH_ENOUGH", 0.0)
    provider.sign = asymmetric(kid=None)
    provider.keys = [key("k2").as_dict(private=False) | {"use": "enc"}, key().as_dict(private=False)]
    assert go(provider).subject == "s-1"
    provider.keys = [key("k2").as_dict(private=False), key().as_dict(private=False)]
    identity_discovery.forget()
    assert refused(provider) == ("bad_token", "key")


@pytest.mark.filterwarnings("ignore")
def test_a_small_key_proves_nothing(provider):
    small = rsa.generate_private_key(65537, 1024)
    n = small.public_key().public_numbers().n
    provider.keys = [{"kty": "RSA", "kid": "k1", "e": "AQAB", "n": encoded(n.to_bytes(128, "big"))}]
    provider.sign = lambda claims: handmade(
        claims, lambda data: small.sign(data, padding.PKCS1v15(), hashes.SHA256()), alg="RS256", kid="k1"
    )
    assert refused(provider) == ("bad_token", "key")


@pytest.mark.parametrize(
    ("claims", "what"),
    [
        ({"iss": "http://127.0.0.1:9"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "other"}, "aud"),
        ({"aud": [CLIENT_ID, "other"]}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": None}, "aud"),
        ({"azp": "other"}, "azp"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"iat": None}, "iat"),
        ({"at_hash": "wrong"}, "at_hash"),
    ],
)
def test_a_token_for_somebody_else_is_refused(provider, claims, what):
    provider.claims = claims
    assert refused(provider) == ("bad_token", what)


@pytest.mark.parametrize(("name", "seconds"), [("exp", -70), ("iat", 70), ("nbf", 70)])
def test_a_token_of_another_time_is_refused_beyond_a_minute(provider, name, seconds):
    provider.claims = {name: int(time.time()) + seconds}
    assert refused(provider) == ("bad_token", name)
    provider.claims = {name: int(time.time()) + (seconds // 7) * 5}
    assert go(provider).subject == "s-1"


def test_a_key_that_was_changed_meanwhile_is_fetched_once(provider, monkeypatch):
    go(provider)
    provider.keys = [key("k2").as_dict(private=False)]
    provider.sign = lambda claims: signed(claims, name="k2")
    assert refused(provider)[0] == "bad_token"  # asked for a moment ago: not again at once
    monkeypatch.setattr(identity_discovery, "_FRESH_ENOUGH", 0.0)
    before = provider.paths.count("/keys")
    assert go(provider).subject == "s-1" and provider.paths.count("/keys") == before + 1


def test_other_kinds_of_keys_are_taken(provider):
    curve = ECKey.generate_key("P-256", {"kid": "e1"})
    provider.metadata = {"id_token_signing_alg_values_supported": ["ES256", "HS256"]}
    provider.keys.append(curve.as_dict(private=False))
    provider.sign = lambda claims: jwt.encode({"alg": "ES256", "kid": "e1"}, claims, curve)
    assert go(provider).subject == "s-1"


def test_an_answer_of_another_provider_is_refused(provider):
    assert refused(provider, iss="http://127.0.0.1:9")[0] == "wrong_issuer"
    assert go(provider, iss=provider.issuer).subject == "s-1"
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    identity_discovery.forget()
    assert refused(provider)[0] == "wrong_issuer"  # it always names itself, and here it did not


def test_a_code_is_worth_nothing_without_its_verifier_or_at_another_address(provider):
    assert refused(provider, verifier="w" * 43) == ("code_refused", "invalid_grant")
    assert refused(provider, back=BACK + "/x") == ("code_refused", "invalid_grant")


def test_whoever_declines_is_told_apart(provider):
    with pytest.raises(Trouble) as caught:
        at(provider).redeem(Answer(error="access_denied"), BACK, nonce="n", verifier="v", now=datetime.now(UTC))
    assert caught.value.code == "declined"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"issuer": "https://other.example"}, "other_issuer"),
        ({"issuer": None}, "other_issuer"),
        ({"token_endpoint": None}, "bad_discovery"),
        ({"jwks_uri": 7}, "bad_discovery"),
        ({"id_token_signing_alg_values_supported": ["none", "HS256"]}, "bad_discovery"),
        ({"authorization_endpoint": "http://10.0.0.1/"}, "address"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "address"),
        ({"token_endpoint": "http://169.254.169.254/latest/"}, "address"),
        ({"jwks_uri": "http://[::1]/"}, "address"),
        ({"jwks_uri": "file:///etc/passwd"}, "address"),
        ({"userinfo_endpoint": "http://10.0.0.1/"}, ""),
    ],
)
def test_discovery_is_judged(provider, said, code):
    provider.metadata = said
    if code:
        assert refused(provider)[0] == code
        assert "/token" not in provider.paths
    else:
        assert refused(provider)[0] == "address"


def test_loopback_is_for_nobody_whom_the_operator_did_not_name(provider):
    with pytest.raises(Trouble) as caught:
        at(provider, allow="").metadata()
    assert caught.value.code == "address" and provider.paths == []


@pytest.mark.parametrize(
    ("failing", "raw", "code"),
    [
        (500, None, "down"),
        (503, None, "down"),
        (404, None, "no_discovery"),
        (302, None, "no_discovery"),
        (0, b"<html>", "bad_answer"),
        (0, b"[1]", "bad_answer"),
        (0, b'{"issuer": "https://\\ud800.example"}', "bad_answer"),
        (0, b'{"\\udfff": {"a": ["b"]}}', "bad_answer"),
        (0, b"[" * 60_000, "bad_answer"),
        (0, b'{"a": "' + b"x" * 1_000_000, "bad_answer"),
    ],
)
def test_a_provider_that_fails_is_said_to(provider, failing, raw, code):
    provider.failing = failing
    provider.raw = {"/.well-known/openid-configuration": raw} if raw else {}
    assert refused(provider)[0] == code


def test_half_a_character_is_refused_wherever_it_comes(provider):
    provider.sign = asymmetric()
    assert refused(provider, groups=["\ud800"]) == ("bad_token", "signature")
    provider.userinfo = {"sub": "s-1", "groups": ["\ud800"]}
    assert refused(provider)[0] == "bad_answer"
    provider.raw = {"/token": b'{"error": "\\ud800"}'}
    assert refused(provider)[0] == "bad_answer"


def test_groups_are_what_can_be_shown(provider):
    assert go(provider, **VERIFIED, groups=["menus", "a\nb", "\u202emenus", 3]).groups == ("menus",)


def test_a_key_set_without_end_is_cut(provider):
    provider.raw = {"/keys": b'{"keys": [' + b'{"kty": "RSA"},' * 200_000}
    began = time.monotonic()
    assert refused(provider)[0] == "bad_answer" and time.monotonic() - began < 5


def test_a_slow_provider_has_its_time_and_no_more(provider):
    provider.slow = 3
    began = time.monotonic()
    with pytest.raises(Trouble) as caught:
        at(provider, seconds=0.4).metadata()
    assert caught.value.code == "down" and time.monotonic() - began < 1.5


def test_all_calls_of_a_visit_share_their_time(provider):
    provider.slow = 0.3
    visit = at(provider, seconds=0.75)
    began = time.monotonic()
    assert refused(provider, visit=visit)[0] == "down" and time.monotonic() - began < 1.5


def test_nobody_is_there(provider):
    provider.stop()
    began = time.monotonic()
    with pytest.raises(Trouble) as caught:
        at(provider).metadata()
    assert caught.value.code == "down" and time.monotonic() - began < 10


def test_many_visits_to_a_silent_provider_hold_few_threads_and_not_for_long(provider):
    provider.slow = 2
    seconds = []

    def visit():
        began = time.monotonic()
        with pytest.raises(Trouble):
            at(provider, seconds=1.0).metadata()
        seconds.append(time.monotonic() - began)

    threads = [Thread(target=visit) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one > 0.7 for one in seconds) <= turns.AT_ONCE and len(provider.paths) <= turns.AT_ONCE


def test_all_providers_together_have_their_share():
    with ExitStack() as held:
        for n in range(turns.ALL_AT_ONCE):
            held.enter_context(turns.turn_at(f"p{n}.example"))
        with pytest.raises(turns.NoTurn), turns.turn_at("another.example"):
            pass
    with turns.turn_at("another.example"):
        pass


def test_what_failed_a_moment_ago_is_not_asked_again_by_visitors(provider, monkeypatch):
    provider.failing = 503
    for _ in range(3):
        assert refused(provider) == ("down", 503)
    assert len(provider.paths) == 1
    provider.failing = 0
    assert at(provider).metadata(fresh=True).issuer == provider.issuer
    assert go(provider).subject == "s-1"
    identity_discovery.forget()
    provider.failing = 503
    assert refused(provider) == ("down", 503)
    provider.failing = 0
    monkeypatch.setattr(identity_discovery, "_DOWN_FOR", 0.0)
    assert go(provider).subject == "s-1"


def test_that_others_wait_says_nothing_of_the_provider(provider):
    with ExitStack() as held:
        for _ in range(turns.AT_ONCE):
            held.enter_context(turns.turn_at(provider.place))
        assert refused(provider) == ("down", "busy")
    assert go(provider).subject == "s-1"
