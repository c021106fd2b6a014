"""Signs as Standard Webhooks says it, with a key that both sides know."""
import base64
import hashlib
import hmac
import time

SECRET = base64.b64encode(b"a key of the test, 32 bytes long").decode()
ANOTHER = base64.b64encode(b"x" * 32).decode()


def signed(body, secret=SECRET, at=None, name="reply-1"):
    """The three headers of a `body` of bytes or text."""
    at = str(int(time.time()) if at is None else at)
    content = f"{name}.{at}.".encode() + (body if isinstance(body, bytes) else body.encode())
    mac = hmac.new(base64.b64decode(secret), content, hashlib.sha256).digest()
    return {"webhook-id": name, "webhook-timestamp": at, "webhook-signature": "v1," + base64.b64encode(mac).decode()}
