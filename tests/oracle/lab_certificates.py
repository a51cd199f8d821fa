"""Certificate authorities of the laboratory, and origin certificates minted for a name on the fly."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

YEAR = datetime.timedelta(days=365)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """A certificate authority: its certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def name(self) -> str:
        return common_name(self.certificate.subject)

    def pem(self, *, with_key: bool) -> bytes:
        """The certificate, and the key behind it when `with_key` (Squid reads both from one `tls-cert=` file)."""
        text = self.certificate.public_bytes(serialization.Encoding.PEM)
        return text + key_pem(self.key) if with_key else text


def common_name(name: x509.Name) -> str:
    """The common name in a subject or issuer, or the empty string."""
    values = [str(attribute.value) for attribute in name.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return values[0] if values else ""


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The unencrypted private key, as OpenSSL reads it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def new_authority(name: str) -> Authority:
    """A self-signed authority with a fresh key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = _builder(subject, subject, key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return Authority(builder.sign(key, hashes.SHA256()), key)


def mint(authority: Authority, key: ec.EllipticCurvePrivateKey, names: tuple[str, ...]) -> bytes:
    """A PEM server certificate for `names` (host names or addresses) with its key.

    All origins share one key: making keys is what costs time, and nothing here is a secret.
    """
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:60])])
    builder = _builder(subject, authority.certificate.subject, key.public_key())
    builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    certificate = builder.sign(authority.key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM) + key_pem(key)


def issuer_of(der: bytes) -> str:
    """The common name of the issuer of a certificate: what tells a spliced from a bumped connection."""
    return common_name(x509.load_der_x509_certificate(der).issuer)


def write_pem(path: Path, content: bytes) -> Path:
    """Write for Squid's unprivileged user: readable by all."""
    path.write_bytes(content)
    path.chmod(0o644)
    return path


def _builder(subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - DAY).not_valid_after(now + YEAR)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
