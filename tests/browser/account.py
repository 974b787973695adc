"""Canned answers about one's own account."""

from tests.browser.fleet import Json

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECOVERY = [f"abcd-efgh-ijkl-{n}{n}{n}{n}" for n in range(2, 8)]


def acted(path: str, image: str) -> Json | None:
    """What the server says to a post about the second factor."""
    return {
        "me/second-factor": {"uri": f"otpauth://totp/Vendwatch:admin?secret={SECRET}", "secret": SECRET, "qr": image},
        "me/second-factor/confirm": {"recovery": RECOVERY},
    }.get(path)
