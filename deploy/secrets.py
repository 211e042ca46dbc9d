"""Write ./secrets for docker-compose: random passwords, data keys, and the place for the JWKS.

    python -m deploy.secrets JWKS_FILE

JWKS_FILE is the public key set of the province's identity system. Existing files are kept.
"""

import secrets
import shutil
import sys
from pathlib import Path

from shared.crypto.keyring import new_key_file

SERVICES = ("applications", "subsidy", "projects", "expropriation", "supervision")
FOLDER = Path(__file__).resolve().parents[1] / "secrets"


def main(jwks: Path) -> int:
    """Make what is missing; never overwrite a key that data may depend on."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    roles = [f"{service}{role}" for service in SERVICES for role in ("", "_api", "_worker")]
    for name in ("postgres_password", *(f"{role}_db_password" for role in roles)):
        target = FOLDER / name
        if not target.exists():
            target.write_text(secrets.token_urlsafe(32), encoding="ascii")
    if not (FOLDER / "data_keys.json").exists():
        new_key_file(FOLDER / "data_keys.json")
    if not (FOLDER / "jwks.json").exists():
        shutil.copyfile(jwks, FOLDER / "jwks.json")
    sys.stdout.write(f"已写入 {FOLDER}\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("用法：python -m deploy.secrets 身份系统公钥集文件（JWKS）")
    sys.exit(main(Path(sys.argv[1])))
