"""Bodies of signing in and of one's own account."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from services.gateway.grants.schemas import GrantView
from services.gateway.organizations.rules import DEFAULT_TIMEZONE, OrganizationKind
from services.gateway.organizations.schemas import OrganizationView
from services.gateway.organizations.schemas.organizations import Name, Timezone
from services.gateway.people.rules import Network
from services.gateway.people.rules.names import clean_name
from services.gateway.people.schemas import PersonView
from services.gateway.people.schemas.people import AdditionalName, FamilyName, GivenName
from services.gateway.sign_in.rules.codes import CODE_DIGITS, CodeWay
from services.gateway.sign_in.rules.names import NAME_LONGEST, PASSWORD_LONGEST, check_name
from services.gateway.sign_in.rules.sessions import DEVICE_LONGEST
from services.gateway.sign_in.rules.telegram import INIT_DATA_LONGEST
from shared.app import ApiModel, example
from shared.errors import BrokenRule

SignInName = Annotated[
    str,
    AfterValidator(check_name),
    Field(
        min_length=3,
        max_length=NAME_LONGEST,
        pattern=r"^[^\s\x00-\x1f\x7f]+$",
        description="an e-mail address or a login; letter case does not matter",
    ),
]
Password = Annotated[  # spaces at its ends are part of a password
    str, StringConstraints(strip_whitespace=False), Field(min_length=1, max_length=PASSWORD_LONGEST)
]
Code = Annotated[
    str, Field(pattern=r"^[0-9]{6}$", max_length=CODE_DIGITS, description="the newest code that was sent, six digits")
]
TenantId = Annotated[UUID | None, Field(description="which union, for somebody who signs in to several")]
DeviceName = Annotated[
    Annotated[str, AfterValidator(clean_name), Field(max_length=DEVICE_LONGEST)] | None,
    Field(description="how the list of sessions shall call this device; otherwise the family of its browser"),
]
Refresh = Annotated[str, Field(min_length=1, max_length=200, description="as it was last handed out")]
InitDataText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=INIT_DATA_LONGEST,
        description="`Telegram.WebApp.initData` as it is; good for five minutes, once",
    ),
]
VkCode = Annotated[str, Field(min_length=1, max_length=1000, description="`code`, as VK ID sent it back")]
VkDevice = Annotated[str, Field(min_length=1, max_length=500, description="`device_id`, as VK ID sent it back")]
VkRedirect = Annotated[
    str,
    Field(
        min_length=1, max_length=500, description="where VK ID sends the person back to; the operator has to allow it"
    ),
]
VkState = Annotated[str, Field(min_length=1, max_length=200, description="`state`, as VK ID sent it back")]


class Login(ApiModel):
    """With the password, or with a code from `/auth/code`."""

    sign_in_name: SignInName
    password: Password | None = Field(default=None, description="the password; left out where there is a code")
    code: Code | None = Field(default=None, description="the newest code; left out where there is a password")
    tenant_id: TenantId = None
    device: DeviceName = None

    model_config = example({"sign_in_name": "chair@example.org", "password": "correct horse battery"})

    @model_validator(mode="after")
    def _one_proof(self) -> Self:
        if (self.password is None) == (self.code is None):
            detail = {"ru": "Нужно одно из двух: пароль или код", "en": "One of the two: a password or a code"}
            raise BrokenRule("one_of", detail, field="password")
        return self


class CodeRequest(ApiModel):
    sign_in_name: SignInName
    by: CodeWay = Field(
        default=CodeWay.MAIL,
        description="`mail` to the person's own address, or `messenger` to the account that they proved last",
    )
    tenant_id: TenantId = None

    model_config = example({"sign_in_name": "chair@example.org", "by": "mail"})


class CodePromise(ApiModel):
    expires_in: int = Field(description="seconds until the code expires, if there is such an account to send it to")


class ContactProof(ApiModel):
    code: Code

    model_config = example({"code": "031337"})


class PasswordReset(ApiModel):
    sign_in_name: SignInName
    code: Code
    new_password: Password = Field(description="the password as it shall be, at least 10 characters")
    tenant_id: TenantId = None
    device: DeviceName = None

    model_config = example(
        {"sign_in_name": "chair@example.org", "code": "031337", "new_password": "staple by the window"}
    )


class TelegramLogin(ApiModel):
    tenant_id: UUID = Field(description="the union whose bot the mini app belongs to")
    init_data: InitDataText
    device: DeviceName = None

    model_config = example(
        {
            "tenant_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "init_data": "user=%7B%22id%22%3A123456789%7D&auth_date=1732350000&signature=zL-ucjNyREiHDE8a...",
        }
    )


class TelegramLink(ApiModel):
    init_data: InitDataText

    model_config = example(
        {"init_data": "user=%7B%22id%22%3A123456789%7D&auth_date=1732350000&signature=zL-ucjNyREiHDE8a..."}
    )


class VkStart(ApiModel):
    tenant_id: UUID = Field(description="the union to sign in to")
    redirect_uri: VkRedirect

    model_config = example(
        {"tenant_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f", "redirect_uri": "https://union.example/vk"}
    )


class VkLinkStart(ApiModel):
    redirect_uri: VkRedirect

    model_config = example({"redirect_uri": "https://union.example/vk"})


class VkStarted(ApiModel):
    authorization_url: str = Field(description="open it in the person's browser")
    state: str = Field(description="keep it in that browser: what comes back must carry the same")


class VkLogin(ApiModel):
    code: VkCode
    device_id: VkDevice
    state: VkState
    device: DeviceName = None

    model_config = example({"code": "vk2.a.Qx...", "device_id": "8vZ1...", "state": "AZNvXjwqex6PAAoLHC0-Xw..."})


class VkLink(ApiModel):
    code: VkCode
    device_id: VkDevice
    state: VkState

    model_config = example({"code": "vk2.a.Qx...", "device_id": "8vZ1...", "state": "AZNvXjwqex6PAAoLHC0-Xw..."})


class LinkedAccount(ApiModel):
    network: Network = Field(description="the network that said whose account it is")
    external_id: str = Field(description="the account's id there")


class SessionView(ApiModel):
    id: UUID = Field(description="the session's id")
    device: str = Field(description="what it was called, or the family of its browser and system; may be empty")
    started_on: date = Field(description="the day of signing in")
    expires_on: date = Field(description="the last day on which it can be refreshed")
    current: bool = Field(description="whether it is the one that asks")


class PublicKey(ApiModel):
    """RFC 8037."""

    kty: Literal["OKP"] = Field(default="OKP", description="the family of keys")
    crv: Literal["Ed25519"] = Field(default="Ed25519", description="the curve")
    use: Literal["sig"] = Field(default="sig", description="what it is for: signatures")
    alg: Literal["EdDSA"] = Field(default="EdDSA", description="the algorithm")
    kid: str = Field(description="as tokens name it in their header")
    x: str = Field(description="the public key, base64url")


class KeySet(ApiModel):
    """RFC 7517."""

    keys: list[PublicKey] = Field(
        description="all keys that may sign: the present one first, then those to come or to go"
    )


class RefreshBody(ApiModel):
    refresh_token: Refresh

    model_config = example({"refresh_token": "AZNvXjwqex6PAAoLHC0-Xw..."})


class PasswordChange(ApiModel):
    current_password: Password = Field(description="the password as it is")
    new_password: Password = Field(description="the password as it shall be, at least 10 characters")
    device: DeviceName = None

    model_config = example({"current_password": "correct horse battery", "new_password": "staple by the window"})


class NewSignIn(ApiModel):
    sign_in_name: SignInName
    password: Password = Field(description="the first password, at least 10 characters")

    model_config = example({"sign_in_name": "maria@example.org", "password": "staple by the window"})


class SignInView(ApiModel):
    person_id: UUID = Field(description="who signs in")
    sign_in_name: str = Field(description="as it is kept: in lower case")


class Tokens(ApiModel):
    access_token: str = Field(description="send it as `Authorization: Bearer ...`")
    token_type: Literal["Bearer"] = Field(default="Bearer", description="how the access token is sent")
    expires_in: int = Field(description="seconds until the access token expires")
    refresh_token: str = Field(description="good for one refresh; a second use of it ends the session")
    tenant_id: UUID = Field(description="the union that was signed in to; its root organization has the same id")
    person_id: UUID = Field(description="who signed in")


class Me(ApiModel):
    tenant_id: UUID = Field(description="the union that was signed in to")
    person: PersonView = Field(description="who you are")
    grants: list[GrantView] = Field(description="your roles that are in force")
    organizations: list[OrganizationView] = Field(description="where you belong and where you hold roles")


class FirstAdministrator(ApiModel):
    family_name: FamilyName
    given_name: GivenName
    additional_name: AdditionalName | None = Field(default=None, description="absent when there is none")
    sign_in_name: SignInName


class NewTenantBody(ApiModel):
    name: Name
    kind: OrganizationKind = Field(description="what the root organization is")
    timezone: Timezone = Field(default=DEFAULT_TIMEZONE, description="IANA zone, inherited by the whole tree")
    administrator: FirstAdministrator = Field(description="who may do everything in it from the beginning")

    model_config = example(
        {
            "name": "Профсоюз муниципальных работников Москвы",
            "kind": "union",
            "timezone": "Europe/Moscow",
            "administrator": {
                "family_name": "Орлова",
                "given_name": "Вера",
                "sign_in_name": "orlova@example.org",
            },
        }
    )


class FoundedTenantView(ApiModel):
    id: UUID = Field(description="the tenant's id; its root organization's too")
    administrator_id: UUID = Field(description="the first administrator, one of its people")
    sign_in_name: str = Field(description="how they sign in")
    password: str = Field(description="shown once: hand it over on a safe way, they change it at `/auth/password`")
