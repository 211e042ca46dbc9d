"""Keys and tokens of the demonstration and the tests. Production tokens come from the province."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

KEY_ID = "demo-1"


def new_key_pair(jwks_file: Path) -> ec.EllipticCurvePrivateKey:
    """Make a P-256 key pair, write the public half as a JWKS file and return the private half."""
    private_key = ec.generate_private_key(ec.SECP256R1())
    public = json.loads(ECAlgorithm.to_jwk(private_key.public_key()))
    public |= {"kid": KEY_ID, "use": "sig", "alg": "ES256"}
    jwks_file.write_text(json.dumps({"keys": [public]}), encoding="ascii")
    return private_key


def issue(
    private_key: ec.EllipticCurvePrivateKey,
    *,
    subject: str,
    organisation: str,
    roles: Sequence[str],
    region: str,
    seconds: int = 12 * 3600,
    issuer: str = "https://sso.jl.gov.cn",
    audience: str = "jilin-housing",
) -> str:
    """A signed access token that is valid for `seconds`."""
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": subject,
        "org": organisation,
        "roles": [str(role) for role in roles],
        "region": region,
        "iat": now,
        "exp": now + seconds,
    }
    return jwt.encode(claims, private_key, algorithm="ES256", headers={"kid": KEY_ID})
