"""Tokens, methods, headers and addresses that no honest client sends."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.domain.roles import Role
from shared.local import tokens
from tests.harness import Office
from tests.inputs.asking import fault
from tests.world.worlds import NAMES, Worlds

READ = {
    "applications": "/v1/applications", "subsidy": "/v1/grants", "projects": "/v1/projects",
    "expropriation": "/v1/programmes", "supervision": "/v1/alerts",
}  # fmt: skip


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good token, changed; a claim set to None is left out."""
    now = int(time.time())
    made = {
        "iss": "https://sso.jl.gov.cn", "aud": "jilin-housing", "sub": "u1", "org": "o1",
        "roles": ["city"], "region": "220100", "iat": now, "exp": now + 600, **changes,
    }  # fmt: skip
    return {name: value for name, value in made.items() if value is not None}


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bad_tokens(office: Office) -> dict[str, str]:
    """Tokens that name nobody."""
    key, now = office.secrets.private_key, int(time.time())
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def signed(header: dict[str, Any] | None = None, **changes: Any) -> str:
        head = {"kid": tokens.KEY_ID, **(header or {})}
        return jwt.encode(claims(**changes), key, algorithm="ES256", headers=head)

    good = signed()
    head, body, signature = good.split(".")
    forged: dict[str, Any] = {"alg": "HS256", "typ": "JWT", "kid": tokens.KEY_ID}
    hmac_signed = jwt.api_jws.encode(
        json.dumps(claims()).encode(), public.replace(b"-", b"_"), "HS256",
        headers={"kid": tokens.KEY_ID},
    )  # fmt: skip
    return {
        "none": f"{part({'alg': 'none'})}.{part(claims())}.",
        "nOnE": f"{part({'alg': 'nOnE', 'kid': tokens.KEY_ID})}.{part(claims())}.",
        "hmac with the public key": hmac_signed,
        "hs256 header": f"{part(forged)}.{body}.{signature}",
        "another key": jwt.encode(
            claims(),
            ec.generate_private_key(ec.SECP256R1()),
            "ES256",
            headers={"kid": tokens.KEY_ID},
        ),
        "kid path": signed({"kid": "../../dev/null"}),
        "kid sql": signed({"kid": "' OR 1=1 --"}),
        "no kid": f"{part({'alg': 'ES256'})}.{body}.{signature}",
        "changed body": f"{head}.{part(claims(roles=['province']))}.{signature}",
        "no signature": f"{head}.{body}.",
        "two dots": f"{head}..{signature}",
        "encrypted": ".".join(["x"] * 5),
        "other audience": signed(aud="other"),
        "no audience": signed(aud=None),
        "other issuer": signed(iss="https://evil.example"),
        "no issuer": signed(iss=None),
        "expired": signed(exp=now - 61),
        "no end": signed(exp=None),
        "text as end": signed(exp="tomorrow"),
        "not yet": signed(nbf=now + 3600),
        "from the future": signed(iat=now + 3600),
        "no subject": signed(sub=None),
        "empty subject": signed(sub=""),
        "roles as text": signed(roles="city"),
        "role of the system": signed(roles=["system"]),
        "no region": signed(region=None),
        "any region": signed(region="*"),
        "short region": signed(region="22"),
        "list as region": signed(region=["220100"]),
        "no organisation": signed(org=None),
        "too long": "x" * 100_000,
    }


@pytest.mark.parametrize("name", NAMES)
async def test_no_bad_token_names_anybody(name: str, worlds: Worlds) -> None:
    """F26: 401 without a hint; a role that no token may carry opens nothing (403). IN.auth."""
    async with worlds.open(name) as world:
        stranger, path = world.office.client(), READ[name]
        for label, token in bad_tokens(world.office).items():
            headers = {"Authorization": f"Bearer {token}"}
            answer = await stranger.get(path, headers=headers)
            wanted = (403,) if label == "role of the system" else (401, 431)
            assert answer.status_code in wanted, f"{label}: {answer.status_code}"
            assert not fault(answer), label
        for header in ("", "Bearer", "Bearer ", "Basic dTE6cA==", "Token x", "Bearer a b"):
            answer = await stranger.get(path, headers={"Authorization": header})
            assert answer.status_code == 401, header
        token = world.office.token(Role.CITY, region="220100")
        assert (await stranger.get(path, params={"access_token": token})).status_code == 401
        doubled = [("Authorization", f"Bearer {token}"), ("Authorization", "Bearer x")]
        assert (await stranger.get(path, headers=doubled)).status_code == 400


@pytest.mark.parametrize("name", NAMES)
async def test_methods_addresses_and_headers(name: str, worlds: Worlds) -> None:
    """IN.protocol, IN.limits."""
    async with worlds.open(name) as world:
        client, path = world.client(Role.CITY, "220100"), READ[name]
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"):
            answer = await client.request(method, path)
            assert answer.status_code == 405, method
            assert not fault(answer), method
        override = {"X-HTTP-Method-Override": "DELETE", "X-Forwarded-For": "127.0.0.1",
                    "Host": "evil.example", "X-Original-URL": "/v1/status"}  # fmt: skip
        assert (await client.get(path, headers=override)).status_code == 200
        for place in ("/", "//v1", "/v1", f"/{path}", f"{path}/", "/v1/%2e%2e/status", "/V1/x",
                      f"{path}%2f..%2f", "/.git/config", f"{path}%00"):  # fmt: skip
            answer = await client.get(place)
            assert answer.status_code in (403, 404), f"{place}: {answer.status_code}"
        too_long = await client.get(path, params={"x": "a" * 5_000})
        assert (too_long.status_code, fault(too_long)) == (414, "")
        too_many = await client.get(path, headers=[(f"x-{n}", "y" * 20) for n in range(1_000)])
        assert (too_many.status_code, fault(too_many)) == (431, "")


async def test_no_answer_sends_anybody_to_the_host_of_the_request(worlds: Worlds) -> None:
    async with worlds.open("projects") as world:
        client = world.client(Role.CITY, "220100")
        answer = await client.get("/v1/projects/", headers={"Host": "evil.example"})
        assert (answer.status_code, fault(answer)) == (404, "")
