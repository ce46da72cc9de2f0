"""What can go wrong when somebody signs in."""

from collections.abc import Mapping
from math import ceil

from shared.errors import Conflict, Invalid, TooMany, Unauthenticated


class WrongSignIn(Unauthenticated):
    """Whatever it was: a name that nobody has, a wrong password, an old code, an account that nobody proved."""

    code = "auth.wrong_sign_in"
    title = {
        "ru": "Не удалось войти: имя входа, пароль, код или аккаунт не подходят",
        "en": "Not signed in: the sign-in name, the password, the code or the account is wrong",
    }


class SessionOver(Unauthenticated):
    code = "auth.session_over"
    title = {"ru": "Сеанс завершён, войдите заново", "en": "The session is over, sign in again"}


class OperatorKeyOver(Unauthenticated):
    """One answer for whatever is wrong with a key of the platform's administrator."""

    code = "operator.key_over"
    title = {
        "ru": "Ключ администратора платформы не подходит или отозван",
        "en": "The key of the platform's administrator is wrong or revoked",
    }


class ChooseTenant(Conflict):
    """Each entry of `errors` is one tenant: its id in `code`, its name in `detail`."""

    code = "auth.choose_tenant"
    title = {"ru": "Укажите, в какую организацию войти", "en": "Say which union to sign in to"}


class TooManyTries(TooMany):
    """`headers` say which limit it was, as draft-ietf-httpapi-ratelimit-headers has it."""

    code = "auth.too_many_tries"
    title = {"ru": "Слишком много попыток входа", "en": "Too many sign-in attempts"}
    headers: Mapping[str, str] = {}


def too_many_tries(seconds: int, limit: str, amount: int, window: int) -> TooManyTries:
    """What to raise when `limit` (so many in a window of seconds) is used up and lets in again in `seconds`."""
    seconds = max(1, seconds)
    minutes = ceil(seconds / 60)
    problem = TooManyTries(
        {
            "ru": f"Повторите через {minutes} мин; до тех пор не подойдёт и верный пароль",
            "en": f"Try again in {minutes} min; until then even the right password is refused",
        },
        retry_after=seconds,
    )
    problem.headers = {
        "ratelimit-policy": f'"{limit}";q={amount};w={window}',
        "ratelimit": f'"{limit}";r=0;t={seconds}',
    }
    return problem


class WrongPassword(Invalid):
    code = "auth.wrong_password"
    title = {"ru": "Текущий пароль не подходит", "en": "The current password is wrong"}


class WrongCode(Invalid):
    """To somebody who is signed in: 401 would say that their own token is not good."""

    code = "auth.wrong_code"
    title = {"ru": "Код не подходит или уже не действует", "en": "The code is wrong or no longer good"}


class WeakPassword(Invalid):
    code = "auth.weak_password"
    title = {"ru": "Пароль слишком простой", "en": "The password is too simple"}


class SignInExists(Conflict):
    code = "auth.sign_in_exists"
    title = {"ru": "У этого человека уже есть вход", "en": "This person already has a sign-in"}


class NameTaken(Conflict):
    code = "auth.name_taken"
    title = {"ru": "Это имя входа уже занято", "en": "This sign-in name is taken"}


class ProofRefused(Invalid):
    """To somebody who is signed in: 401 would say that their own token is not good."""

    code = "auth.proof_refused"
    title = {"ru": "Сеть не подтвердила этот аккаунт", "en": "The network did not confirm this account"}


class VkIdOff(Conflict):
    code = "auth.vk_id_off"
    title = {"ru": "Вход через VK ID здесь не включён", "en": "Signing in by VK ID is not switched on here"}


class UnknownRedirect(Invalid):
    code = "auth.unknown_redirect"
    title = {"ru": "На этот адрес возвращать нельзя", "en": "People may not be sent back to this address"}
