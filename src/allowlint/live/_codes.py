"""What the codes mean that tools give for an attempt.

Microsoft's analyzer counts the answers 200, 400, 404 and 405 as reachable: some services answer a bare request so. WinHTTP errors:
https://learn.microsoft.com/windows/win32/winhttp/error-messages (12175, ERROR_WINHTTP_SECURE_FAILURE, is a certificate that is not
accepted). Exit codes of curl: https://curl.se/libcurl/c/libcurl-errors.html (35: the handshake failed, 60: the certificate
is not accepted).
"""

from allowlint.model.live import Reach, Sign

REACHABLE = frozenset({200, 400, 404, 405})
_HRESULT = 0x80070000
"""HRESULTs of the family Win32 end in the Win32 or WinHTTP error."""
_WIN32 = 0xFFFF0000
_CERTIFICATE = frozenset({12037, 12038, 12044, 12045, 12157, 12169, 12170, 12175, 12179})
"""WinHTTP errors about the certificate that was served, or about the handshake."""


def win32_of(number: int) -> int:
    """The Win32 error in an HRESULT, which may be written as a negative number; other numbers stay as they are."""
    unsigned = number & 0xFFFFFFFF
    return unsigned & 0xFFFF if unsigned & _WIN32 == _HRESULT else number


def reach_of(number: int) -> Reach:
    """How an attempt ended that gives an HTTP status or a WinHTTP error."""
    return Reach.REACHED if number in REACHABLE else Reach.FAILED


def sign_of(number: int) -> Sign:
    """What an HTTP status or a WinHTTP error shows."""
    if number == 407:
        return Sign.AUTHENTICATION
    return Sign.INSPECTION if number in _CERTIFICATE else Sign.NONE


def curl_sign(number: int) -> Sign:
    """What an exit code of curl shows."""
    return Sign.INSPECTION if number in {35, 51, 60} else Sign.NONE
