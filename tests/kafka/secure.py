"""A broker that lets nobody in without a certificate or a password, and its own authority."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.local.kafka_server import LocalKafka, free_ports

_MORE = """\
listeners=PLAINTEXT://127.0.0.1:{{port}},CONTROLLER://127.0.0.1:{{controller}},\
SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{sasl}
advertised.listeners=PLAINTEXT://127.0.0.1:{{port}},CONTROLLER://127.0.0.1:{{controller}},\
SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{sasl}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
inter.broker.listener.name=PLAINTEXT
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/authority.pem
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:CN=worker;User:worker
"""


class Authority:
    """Signs certificates into a folder, as PEM files named after who they are for."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._signed(self._name, self._key.public_key(), authority=True))

    def certify(self, name: str) -> Path:
        """A key and a certificate for the loopback address, in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file = self.folder / f"{name}.pem"
        file.write_bytes(private + self._signed(subject, key.public_key(), authority=False))
        return file

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, authority: bool
    ) -> bytes:
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True)
class SecureKafka:
    """The broker, its two guarded doors, the authority that both sides trust, and the users."""

    broker: LocalKafka
    ssl: str
    sasl: str
    authority: Authority
    users: dict[str, str]

    def password_file(self, user: str) -> Path:
        """The user's password, in a file."""
        file = self.authority.folder / f"{user}.password"
        file.write_text(f"{self.users[user]}\n", encoding="ascii")
        return file


def secure_kafka(jars: Path, folder: Path, *names: str) -> SecureKafka:
    """Start it, with a user of each name."""
    authority = Authority(folder, "authority")
    authority.certify("broker")
    ssl, sasl = free_ports(2)
    users = {name: secrets.token_urlsafe(16) for name in names}
    more = _MORE.format(ssl=ssl, sasl=sasl, folder=folder)
    broker = LocalKafka(jars, folder / "kafka", more=more, users=users)
    broker.start()
    return SecureKafka(broker, f"127.0.0.1:{ssl}", f"127.0.0.1:{sasl}", authority, users)
