"""Keys may come from elsewhere than the key file: another provider is one setting."""

import os
import subprocess
import sys
from pathlib import Path

from shared.crypto import keyring
from shared.events import checkpoint
from shared.runtime.app import create_app
from tests.conftest import OpenOffice
from tests.harness import Office, Secrets
from tests.privacy.halves import split
from tests.shared.desk.spec import DESK

ROOT = Path(__file__).resolve().parents[2]


def verify(office: Office, file: Path, provider: str, place: Path) -> tuple[int, str]:
    """Exit code and output of `python -m services subsidy verify`."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOUSING_ENVIRONMENT": "test",
        "HOUSING_DATABASE_URL": office.settings.worker_database_url,
        "HOUSING_JWKS": office.settings.jwks,
        "HOUSING_KEY_PROVIDER": provider,
        "HOUSING_KEY_FILE": str(place),
        "HOUSING_CHECKPOINT_FILE": str(file),
    }
    done = subprocess.run(
        [sys.executable, "-m", "services", "subsidy", "verify"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


async def test_a_process_with_another_provider_has_the_same_keys(
    open_office: OpenOffice, secrets: Secrets, tmp_path: Path
) -> None:
    """It proves a signature that was made with the key file."""
    office, file = await open_office("subsidy"), tmp_path / "checkpoints.jsonl"
    now = office.clock.now().isoformat()
    ring = keyring.KeyRing.from_file(secrets.key_file)
    at_start = checkpoint.Checkpoint("subsidy", "outbox", 0, "00" * 32, now).signed(ring)
    checkpoint.append(file, [at_start])
    code, told = verify(
        office, file, "tests.privacy.halves:joined", split(secrets.key_file, tmp_path)
    )
    assert (code, "与 1 个检查点一致" in told) == (0, True), told


async def test_a_provider_that_gives_no_keys_stops_the_start(
    open_office: OpenOffice, tmp_path: Path
) -> None:
    office = await open_office("subsidy")
    code, told = verify(office, tmp_path / "none", "tests.privacy.halves:joined", tmp_path)
    assert code == 2
    assert "取不到数据密钥（tests.privacy.halves:joined）：FileNotFoundError" in told
    assert "Traceback" not in told


async def test_an_application_takes_its_keys_from_the_provider(
    open_office: OpenOffice, secrets: Secrets, tmp_path: Path
) -> None:
    office = await open_office(DESK)
    own = keyring.KeyRing.from_file(secrets.key_file)
    sealed = keyring.seal(own, "220102199001011234", "place")
    folder = split(secrets.key_file, tmp_path)
    change = {"key_provider": "tests.privacy.halves:joined", "key_file": folder}
    keyring.new_key_file(tmp_path / "other.json")
    keyring.install(keyring.KeyRing.from_file(tmp_path / "other.json"))
    app = create_app(DESK, office.settings.model_copy(update=change))
    assert keyring.open_(keyring.installed(), sealed, "place") == "220102199001011234"
    await app.state.engine.dispose()
