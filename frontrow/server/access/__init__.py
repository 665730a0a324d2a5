"""Who may call: keys of programs, tokens of devices, and how often each may ask.

A request's credentials come in, a `Caller` or a refusal goes out; `server.endpoints` asks here once
for every call. What a call does with its caller is the call's own matter. No key and no token is ever
stored, logged or shown again as it was given.
"""

from frontrow.server.access.gate import ANYONE, Caller, Gate
from frontrow.server.access.keys import SCOPES, ApiKey, KeyStore
from frontrow.server.access.tokens import DeviceToken, read_token, sign_token

__all__ = [
    "ANYONE",
    "SCOPES",
    "ApiKey",
    "Caller",
    "DeviceToken",
    "Gate",
    "KeyStore",
    "read_token",
    "sign_token",
]
