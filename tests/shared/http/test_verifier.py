"""Tokens: what is accepted, and every known way around it refused."""

import base64
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from shared.domain.problems import Unauthorized
from shared.domain.roles import Role
from shared.environment.settings import Settings
from shared.http.verifier import TokenVerifier
from shared.local import tokens
from tests.harness import Secrets


@pytest.fixture
def verifier(secrets: Secrets) -> TokenVerifier:
    return TokenVerifier(
        Settings(
            environment="test",
            service="desk",
            database_url="postgresql://unused/unused",
            jwks=str(secrets.jwks),
            key_file=secrets.key_file,
        )
    )


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {
        "iss": "https://sso.jl.gov.cn", "aud": "jilin-housing", "sub": "u1", "org": "o1",
        "roles": ["city"], "region": "220100", "iat": now, "exp": now + 60,
    } | changes  # fmt: skip
    return {key: value for key, value in whole.items() if value is not None}


def sign(secrets: Secrets, changes: dict[str, Any], **headers: Any) -> str:
    return jwt.encode(
        claims(**changes),
        secrets.private_key,
        algorithm="ES256",
        headers={"kid": tokens.KEY_ID} | headers,
    )


async def test_a_good_token_names_the_caller(verifier: TokenVerifier, secrets: Secrets) -> None:
    actor = await verifier.actor(f"Bearer {sign(secrets, {'roles': ['city', 'unknown']})}")
    assert (actor.subject, actor.organisation, actor.region) == ("u1", "o1", "220100")
    assert actor.roles == {Role.CITY}
    assert actor.reach.contains("220102")
    assert not actor.reach.contains("220202")


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"aud": "other"},
        {"aud": None},
        {"iss": "https://other"},
        {"exp": 1e400},
        {"nbf": int(time.time()) + 3600},
        {"roles": "city"},
        {"roles": None},
        {"org": None},
        {"region": ""},
        {"region": "*"},
        {"region": "22"},
        {"region": "999999"},
        {"region": 220100},
    ],
)
async def test_bad_claims_are_refused(
    verifier: TokenVerifier, secrets: Secrets, changes: dict[str, Any]
) -> None:
    with pytest.raises(Unauthorized):
        await verifier.actor(f"Bearer {sign(secrets, changes)}")


def _unsigned(algorithm: str) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': algorithm, 'kid': tokens.KEY_ID})}.{part(claims())}."


def _signed_with_public_key(key: str) -> str:
    unsigned = _unsigned("HS256").rstrip(".")
    mac = hmac.digest(key.encode(), unsigned.encode(), "sha256")
    return f"{unsigned}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


async def test_other_algorithms_and_keys_are_refused(
    verifier: TokenVerifier, secrets: Secrets
) -> None:
    public = secrets.jwks.read_text()
    hmac_key = json.dumps(json.loads(public)["keys"][0])
    stranger = ec.generate_private_key(ec.SECP256R1())
    good = sign(secrets, {})
    forged = [
        _unsigned("none"),
        _unsigned("nOnE"),
        _signed_with_public_key(hmac_key),
        jwt.encode(claims(), stranger, algorithm="ES256", headers={"kid": tokens.KEY_ID}),
        sign(secrets, {}, kid="../../dev/null"),
        sign(secrets, {}, kid="' OR 1=1"),
        good[:-4] + "AAAA",
        good + "." + good,
        "x" * 100_000,
        "",
    ]
    for token in forged:
        with pytest.raises(Unauthorized):
            await verifier.actor(f"Bearer {token}")
    for header in (None, "", "Basic dTpw", good):
        with pytest.raises(Unauthorized):
            await verifier.actor(header)
    assert (await verifier.actor(f"bearer {good}")).subject == "u1"
