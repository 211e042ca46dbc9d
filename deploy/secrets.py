"""Write ./secrets for docker-compose: random passwords, data keys, and the place for the JWKS.

    python -m deploy.secrets JWKS_FILE

JWKS_FILE is the public key set of the province's identity system. Existing files are kept.

The folder is the owner's alone, so that nobody else on this machine reaches what is in it. The
files are for everybody: each is bound into containers by itself, whose user is not the owner.
"""

import secrets
import shutil
import sys
from pathlib import Path

from shared.crypto.keyring import new_key_file

SERVICES = ("applications", "subsidy", "projects", "expropriation", "supervision")
FOLDER = Path(__file__).resolve().parents[1] / "secrets"


def main(jwks: Path, folder: Path = FOLDER) -> int:
    """Make what is missing; never overwrite a key that data may depend on."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)  # before anything is opened to everybody, also where it was there already
    roles = [f"{service}{role}" for service in SERVICES for role in ("", "_api", "_worker")]
    for name in ("postgres_password", *(f"{role}_db_password" for role in roles)):
        target = folder / name
        if not target.exists():
            target.write_text(secrets.token_urlsafe(32), encoding="ascii")
    if not (folder / "data_keys.json").exists():
        new_key_file(folder / "data_keys.json")
    if not (folder / "jwks.json").exists():
        shutil.copyfile(jwks, folder / "jwks.json")
    for file in folder.iterdir():
        file.chmod(0o444)
    sys.stdout.write(f"已写入 {folder}\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("用法：python -m deploy.secrets 身份系统公钥集文件（JWKS）")
    sys.exit(main(Path(sys.argv[1])))
