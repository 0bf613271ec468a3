"""Debian's nginx with the configuration that is shipped; only ports and places are others than on a machine in use."""

import datetime as dt
import os
import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.running import Browser, eventually, free_port
from webui.serve import nginx_configuration

PROGRAM = os.environ.get("NGINX", "/usr/sbin/nginx")
NAME = "localhost"
AROUND = """
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/logs/error.log crit;
events {{ worker_connections 768; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    include {folder}/congnhan.conf;
}}
"""
"""What Debian puts around it, with its number of connections."""


@dataclass(frozen=True, kw_only=True)
class Front:
    """A running nginx."""

    port: int
    plain_port: int
    folder: Path
    tls: ssl.SSLContext

    def browser(self, source: str = "127.0.0.1") -> Browser:
        return Browser(port=self.port, tls=self.tls, source=source)

    @property
    def written(self) -> str:
        """All that it has logged."""
        return "".join(path.read_text(encoding="utf-8") for path in (self.folder / "logs").iterdir())


@contextmanager
def nginx(folder: Path, server_port: int) -> Iterator[Front]:
    """Stand before the server on that port of this machine."""
    (folder / "logs").mkdir(parents=True)
    port, plain_port = free_port(), free_port()
    _certify(folder)
    (folder / "congnhan.conf").write_text(_elsewhere(server_port, folder, port, plain_port), encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
    with (folder / "said").open("wb") as said:
        command = [PROGRAM, "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
        process = subprocess.Popen(command, stdout=said, stderr=said)
    tls = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
    front = Front(port=port, plain_port=plain_port, folder=folder, tls=tls)
    try:
        assert eventually(lambda: process.poll() is not None or _answers(front))
        assert process.poll() is None, (folder / "said").read_text()
        yield front
    finally:
        process.terminate()
        process.wait(30)


def _elsewhere(server_port: int, folder: Path, port: int, plain_port: int) -> str:
    text = re.sub(r"^ *listen \[::\].*\n", "", nginx_configuration(NAME, "127.0.0.1", server_port), flags=re.MULTILINE)
    for shipped, here in (
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("listen 80 ", f"listen 127.0.0.1:{plain_port} "),
        (f"/etc/letsencrypt/live/{NAME}/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/logs/"),
    ):
        assert shipped in text
        text = text.replace(shipped, here)
    return text


def _answers(front: Front) -> bool:
    try:
        front.browser().get("/healthz")
    except OSError:
        return False
    return True


def _certify(folder: Path) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).add_extension(names, critical=False)
    dated = builder.not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(days=1))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "privkey.pem").write_bytes(private)
    (folder / "fullchain.pem").write_bytes(dated.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
