"""Bodies of signing in and of one's own account."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.gateway.grants.schemas import GrantView
from services.gateway.organizations.schemas import OrganizationView
from services.gateway.people.schemas import PersonView
from services.gateway.sign_in.rules import NAME_LONGEST, PASSWORD_LONGEST
from shared.app import ApiModel, example

SignInName = Annotated[
    str,
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
Refresh = Annotated[str, Field(min_length=1, max_length=200, description="as it was last handed out")]


class Login(ApiModel):
    sign_in_name: SignInName
    password: Password = Field(description="the password")
    tenant_id: UUID | None = Field(default=None, description="which union, for somebody who signs in to several")

    model_config = example({"sign_in_name": "chair@example.org", "password": "correct horse battery"})


class RefreshBody(ApiModel):
    refresh_token: Refresh

    model_config = example({"refresh_token": "AZNvXjwqex6PAAoLHC0-Xw..."})


class PasswordChange(ApiModel):
    current_password: Password = Field(description="the password as it is")
    new_password: Password = Field(description="the password as it shall be, at least 10 characters")

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
