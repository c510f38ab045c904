"""Use a sealing key on a smart card or hardware module (PKCS#11); it never leaves it.

Steps: 1 load the maker's module, 2 find the one token, 3 log in, 4 find the one key,
5 find its certificate and chain, on the token or beside it, 6 refuse what must not seal.
One session serves the whole batch. A token that is pulled ends the batch with a
sentence; what is sealed stays.

Source: OASIS PKCS #11 v3.1 sections 5.6 and 6.3.13 (CKM_ECDSA gives r||s); RFC 8017
section 9.2 (DigestInfo).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.report import Outcome
from tessera.seals.algorithms import verify_signature
from tessera.seals.certificates import describe, public_key
from tessera.seals.keys import token_faults
from tessera.seals.keys.chain import in_order
from tessera.seals.keys.outside import OutsideDigestKey, OutsideKey, algorithm_of
from tessera.seals.keys.pkcs11_uri import TokenAddress, parse_uri
from tessera.seals.keys.refusals import LockedError, WrongSecretError
from tessera.seals.validity import refuse_outside_validity

if TYPE_CHECKING:
    from pathlib import Path

_STARTS, _PAUSE_SECONDS = 3, 0.2
_STARTED: set[str] = set()  # modules that were used in this process
# DigestInfo of RFC 8017 section 9.2 for SHA-256, up to the digest itself.
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class TokenKey(OutsideDigestKey):
    """A `DigestSigningKey` on a token; `load_pkcs11` makes it.

    Raises on signing: GoneError when the token does not answer any more.
    """

    def __init__(self, key: Any, chain: tuple[bytes, ...], token: str, pin: str | None) -> None:
        import pkcs11

        super().__init__(chain)
        self.__key, self._token = key, token
        self.__each = _each_time(key, token, pin)
        is_rsa = self._alg.startswith("RS")
        self._prefix = _SHA256_INFO if is_rsa else b""
        self._mechanism = pkcs11.Mechanism.RSA_PKCS if is_rsa else pkcs11.Mechanism.ECDSA

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature of the message that has this digest, proved."""
        with token_faults.explained(self._token):
            signature = self.__key.sign(
                self._prefix + digest, mechanism=self._mechanism, **self.__each
            )
        return self.proved(digest, signature)

    def __repr__(self) -> str:
        return f"<TokenKey {self._alg} on the token {self._token!r}>"


class TokenEdwardsKey(OutsideKey):
    """A `SigningKey` for Ed25519 on a token: it signs whole messages (CKM_EDDSA).

    Source: OASIS PKCS #11 v3.1 section 6.3.16. Raises on signing: GoneError.
    """

    def __init__(self, key: Any, chain: tuple[bytes, ...], token: str, pin: str | None) -> None:
        super().__init__(chain)
        self.__key, self._token = key, token
        self.__each = _each_time(key, token, pin)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message, proved."""
        import pkcs11

        with token_faults.explained(self._token):
            signature = bytes(
                self.__key.sign(message, mechanism=pkcs11.Mechanism.EDDSA, **self.__each)
            )
        fits = verify_signature(self._alg, self._public_key, signature, message)
        if fits.outcome is not Outcome.PASSED:
            raise self.misfit()
        return signature

    def __repr__(self) -> str:
        return f"<TokenEdwardsKey on the token {self._token!r}>"


def load_pkcs11(
    uri: str,
    pin: str | None = None,
    *,
    beside: Sequence[bytes] = (),
    at: datetime | None = None,
) -> TokenKey | TokenEdwardsKey:
    """Return the key that a PKCS#11 URI (RFC 7512) names, its chain leaf first.

    pin: None asks `pin-source`, and without that the PIN pad of the reader. beside:
    DER certificates that need not be on the token. at: also refuse a certificate that
    is not valid at this moment.
    Raises: UsageError for an address that is no PKCS#11 URI; KeyRefusedError when no
    token, no key or no certificate fits, or several do; WrongSecretError, LockedError,
    GoneError, WrongUsageError.
    """
    # 1, 2
    address = parse_uri(uri)
    token = find_token(address)
    # 3
    secret = _pin(address.pin_source) if pin is None else pin
    with ExitStack() as undo:
        undo.enter_context(token_faults.explained(token.label))
        session = _log_in(token, secret)
        undo.callback(session.close)
        # 4
        key = _find_key(session, address, token.label)
        # 5
        chain = _find_chain(session, key, tuple(beside), token.label)
        # 6
        found = _token_key(key, chain, token.label, secret)
        if at is not None:
            refuse_outside_validity(chain[0], at)
        undo.pop_all()
    return found


def find_token(address: TokenAddress) -> Any:
    """Return the one token that fits. Raises: KeyRefusedError naming those there are."""
    if find_spec("pkcs11") is None:
        raise KeyRefusedError(
            "Keys on tokens need the extra 'keys'. Install it: pip install 'tessera[keys]'"
        )
    if not address.module.is_file():
        raise KeyRefusedError(
            f"There is no module {address.module}. Install the driver of the token, and name its "
            "PKCS#11 module (.so) as module-path."
        )
    found = _tokens(address)
    fitting = [one for id, one in found if _is_meant(one, id, address)]
    if len(fitting) == 1:
        return fitting[0]
    there = "; ".join(sorted(f"token={quote(one.label)};serial={_serial(one)}" for _, one in found))
    if not fitting:
        raise KeyRefusedError(
            "The token of the key is not there. Put it in, or correct its name; "
            f"{f'found: {there}' if there else 'no token was found at all'}."
        )
    raise KeyRefusedError(f"Several tokens fit. Say which one by its serial: {there}.")


def _tokens(address: TokenAddress) -> list[tuple[int, Any]]:
    """Return slot number and token of all that are ready for use."""
    import pkcs11

    path = str(address.module)
    try:
        library = pkcs11.lib(path)
        found = _ready(library)
        # A module that starts while another process logs in may not see the token yet
        # (SoftHSM2 rewrites its file then). It starts anew as long as nothing uses it here.
        for _ in range(_STARTS if path not in _STARTED else 0):
            if any(_is_meant(one, id, address) for id, one in found):
                break
            time.sleep(_PAUSE_SECONDS)
            library.reinitialize()
            found = _ready(library)
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise KeyRefusedError(
            f"{address.module} cannot be used as a PKCS#11 module ({_said(error)}). Name the "
            "module that the maker of the token supplies."
        ) from error
    _STARTED.add(path)
    return found


def _ready(library: Any) -> list[tuple[int, Any]]:
    import pkcs11

    found = []
    for slot in library.get_slots(token_present=True):
        # One reader that does not answer must not hide the others.
        with suppress(pkcs11.PKCS11Error):
            token = slot.get_token()
            if token.flags & pkcs11.TokenFlag.TOKEN_INITIALIZED:
                found.append((slot.slot_id, token))
    return found


def _is_meant(token: Any, slot: int, address: TokenAddress) -> bool:
    wanted = (
        (address.token, token.label),
        (address.manufacturer, token.manufacturer_id),
        (address.model, token.model),
        (address.serial, _serial(token)),
        (address.slot, slot),
    )
    return all(asked is None or asked == found for asked, found in wanted)


def _serial(token: Any) -> str:
    return bytes(token.serial).decode("utf-8", "replace").strip("\0 ")


def _pin(source: Path | None) -> str | None:
    if source is None:
        return None
    try:
        text = source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSecretError(
            f"The file {source} with the PIN cannot be read: {error}."
        ) from error
    return text.partition("\n")[0].removesuffix("\r")


def _log_in(token: Any, pin: str | None) -> Any:
    """Open the session; a token with a PIN pad asks for the PIN itself."""
    import pkcs11

    flags = token.flags
    if flags & pkcs11.TokenFlag.USER_PIN_LOCKED:
        raise LockedError(token_faults.locked(token.label))
    secret: Any = pin
    if pin is None and flags & pkcs11.TokenFlag.LOGIN_REQUIRED:
        if not flags & pkcs11.TokenFlag.PROTECTED_AUTHENTICATION_PATH:
            raise WrongSecretError(
                f"The token {token.label} wants its PIN. Put it into a file that only you can "
                "read, and give --password-file FILE."
            )
        secret = pkcs11.PROTECTED_AUTH
    try:
        return token.open(user_pin=secret)
    except pkcs11.UserAlreadyLoggedIn:
        return token.open()
    except pkcs11.PinLocked as error:
        raise LockedError(token_faults.locked(token.label)) from error
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
        with suppress(pkcs11.PKCS11Error):
            flags = token.slot.get_token().flags
        raise token_faults.wrong_pin(token.label, flags) from error


def _find_key(session: Any, address: TokenAddress, token: str) -> Any:
    """Return the one private key that fits; all that there are help to name it."""
    from pkcs11 import Attribute, ObjectClass

    keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    fitting = [
        key
        for key in keys
        if (address.object is None or key.label == address.object)
        and (address.id is None or key.id == address.id)
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = "; ".join(sorted(f"object={quote(key.label)};id={_escaped(key.id)}" for key in keys))
    if not keys:
        raise KeyRefusedError(f"The token {token} holds no private key that this PIN opens.")
    if not fitting:
        raise KeyRefusedError(
            f"The token {token} has no key of this name. It has: {names}. Correct the address."
        )
    raise KeyRefusedError(
        f"The token {token} has several keys that fit. Say which one seals: {names}."
    )


def _find_chain(session: Any, key: Any, beside: tuple[bytes, ...], token: str) -> tuple[bytes, ...]:
    """Return the certificate with the id of the key, else the one beside, and its issuers."""
    from pkcs11 import Attribute, CertificateType, ObjectClass

    query = {
        Attribute.CLASS: ObjectClass.CERTIFICATE,
        Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
    }
    found = [(one[Attribute.ID], one[Attribute.VALUE]) for one in session.get_objects(query)]
    own = [value for id, value in found if id == key.id]
    if not own:
        own = [one for one in beside if not describe(one).is_authority]
    if len(own) != 1:
        raise KeyRefusedError(
            f"{'No certificate' if not own else 'More than one certificate'} belongs to the key "
            f"on the token {token}. Give the e-seal certificate and its issuers as PEM: "
            "--chain FILE."
        )
    return in_order(own[0], (*(value for _, value in found), *beside))


def _token_key(
    key: Any, chain: tuple[bytes, ...], token: str, pin: str | None
) -> TokenKey | TokenEdwardsKey:
    """Return the key of the kind that its certificate says."""
    try:
        is_edwards = algorithm_of(public_key(chain[0])) == "EdDSA"
    except UnreadableError as error:
        raise KeyRefusedError(f"The certificate of the key cannot be read: {error}") from error
    return (TokenEdwardsKey if is_edwards else TokenKey)(key, chain, token, pin)


def _each_time(key: Any, token: str, pin: str | None) -> dict[str, Any]:
    """Return what each signature needs: keys for qualified seals may ask for the PIN again."""
    asks = _asks_each_time(key)
    if asks and pin is None:
        raise WrongSecretError(
            f"The key on the token {token} wants its PIN before each signature, and a PIN pad "
            "cannot be asked for a whole batch. Give --password-file FILE, or ask the maker "
            "for a key that one PIN opens."
        )
    return {"pin": pin} if asks else {}


def _asks_each_time(key: Any) -> bool:
    from pkcs11 import Attribute, PKCS11Error

    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except (PKCS11Error, KeyError):
        return False


def _escaped(id: bytes) -> str:
    return "".join(f"%{octet:02X}" for octet in id)


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
