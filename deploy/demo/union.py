"""The demo union, as data: always the same people in the same organizations. Nobody in it exists.

A city body, three territorial organizations, eight primary organizations (one of exactly fifty) and a group: 300 people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

PASSWORD: Final = "vmeste-demo-2026"  # noqa: S105 - of people who do not exist, on a machine of a developer
TENANT_ID: Final = UUID("01936f5e-0000-7000-8000-00000000de30")
CITY: Final = "Городской профсоюз муниципальных работников"
LIBRARIES: Final = "ППО библиотек «Читающий город»"  # exactly fifty people
PARKS: Final = "ППО «Городские парки»"
GARDENERS: Final = "Профгруппа садовников"
ADMINISTRATOR: Final = "administrator@demo"
INFORMATION_OFFICER: Final = "information@demo"
LAWYER: Final = "lawyer@demo"
DISPATCHER: Final = "dispatcher@demo"
LIBRARIES_CHAIR: Final = "libraries.chair@demo"
TELEGRAM_NAME: Final = "demo_gardener"  # the account in Telegram of the member who writes there


@dataclass(frozen=True)
class DemoOrganization:
    """`people` are its own members, without those of organizations below it."""

    name: str
    kind: str
    parent: str
    people: int = 0


@dataclass(frozen=True)
class DemoRole:
    sign_in_name: str
    role: str
    organization: str


@dataclass(frozen=True)
class DemoPerson:
    family_name: str
    given_name: str
    additional_name: str
    organization: str
    number: int  # from 1 in its organization

    @property
    def name(self) -> tuple[str, str, str]:
        """No two of the demo have the same."""
        return self.family_name, self.given_name, self.additional_name


ORGANIZATIONS: Final = (
    DemoOrganization("Территориальная организация «Центр»", "territorial", CITY),
    DemoOrganization("Территориальная организация «Север»", "territorial", CITY),
    DemoOrganization("Территориальная организация «Юг»", "territorial", CITY),
    DemoOrganization(LIBRARIES, "primary", "Территориальная организация «Центр»", 50),
    DemoOrganization(PARKS, "primary", "Территориальная организация «Центр»", 46),
    DemoOrganization("ППО «Свет города»", "primary", "Территориальная организация «Центр»", 42),
    DemoOrganization("ППО «Зелёный двор»", "primary", "Территориальная организация «Север»", 38),
    DemoOrganization("ППО «Водоканал Север»", "primary", "Территориальная организация «Север»", 34),
    DemoOrganization("ППО трамвайного депо № 3", "primary", "Территориальная организация «Юг»", 30),
    DemoOrganization("ППО «Школьное питание»", "primary", "Территориальная организация «Юг»", 26),
    DemoOrganization(
        "ППО учебно-производственного предприятия «Контакт»", "primary", "Территориальная организация «Юг»", 23
    ),
    DemoOrganization(GARDENERS, "group", PARKS, 10),
)

# The first people of an organization, in this order, hold these roles.
ROLES: Final[Mapping[str, tuple[DemoRole, ...]]] = {
    "ППО «Свет города»": (
        DemoRole("chair@demo", "chair", CITY),
        DemoRole(INFORMATION_OFFICER, "information_officer", CITY),
        DemoRole(LAWYER, "lawyer", CITY),
        DemoRole(DISPATCHER, "dispatcher", CITY),
        DemoRole("analyst@demo", "analyst", CITY),
        DemoRole("auditor@demo", "auditor", CITY),
    ),
    LIBRARIES: (DemoRole(LIBRARIES_CHAIR, "chair", LIBRARIES),),
    PARKS: (DemoRole("parks.chair@demo", "chair", PARKS),),
}

_WOMEN: Final = (
    "Анна",
    "Мария",
    "Елена",
    "Ольга",
    "Татьяна",
    "Наталья",
    "Светлана",
    "Ирина",
    "Екатерина",
    "Галина",
    "Юлия",
)
_MEN: Final = (
    "Алексей",
    "Дмитрий",
    "Сергей",
    "Андрей",
    "Николай",
    "Михаил",
    "Рустам",
    "Владимир",
    "Павел",
    "Игорь",
    "Фёдор",
)
_FATHERS: Final = (
    "Иванов",
    "Петров",
    "Сергеев",
    "Николаев",
    "Алексеев",
    "Михайлов",
    "Андреев",
    "Павлов",
    "Фёдоров",
    "Викторов",
    "Олегов",
    "Маратов",
    "Егоров",
)
_FAMILIES: Final = (
    "Иванов", "Смирнов", "Кузнецов", "Попов", "Васильев", "Петров", "Соколов", "Михайлов", "Новиков", "Фёдоров",
    "Морозов", "Волков", "Алексеев", "Лебедев", "Семёнов", "Егоров", "Павлов", "Козлов", "Степанов", "Николаев",
    "Орлов", "Андреев", "Макаров", "Никитин", "Захаров", "Зайцев", "Соловьёв", "Борисов", "Яковлев", "Григорьев",
    "Романов", "Воробьёв", "Сергеев", "Фролов", "Гаврилов", "Беляев", "Тарасов",
)  # fmt: skip


def people() -> Iterator[DemoPerson]:
    """All but the administrator: 299."""
    turn = 0
    for organization in ORGANIZATIONS:
        for number in range(1, organization.people + 1):
            woman = turn % 5 < 3  # noqa: PLR2004 - three women to two men
            yield DemoPerson(
                family_name=_FAMILIES[turn % len(_FAMILIES)] + ("а" if woman else ""),
                given_name=(_WOMEN if woman else _MEN)[turn % 11],
                additional_name=_FATHERS[turn % len(_FATHERS)] + ("на" if woman else "ич"),
                organization=organization.name,
                number=number,
            )
            turn += 1


def sign_in_name_of(person: DemoPerson) -> str | None:
    """Staff sign in by their role, members of the libraries by their number; the others have no sign-in yet."""
    roles = ROLES.get(person.organization, ())
    if person.number <= len(roles):
        return roles[person.number - 1].sign_in_name
    return f"member{person.number:02}@demo" if person.organization == LIBRARIES else None


def writes_in_telegram(person: DemoPerson) -> bool:
    """The one whose account in Telegram the union knows."""
    return person.number == 2 and person.organization == GARDENERS  # noqa: PLR2004 - any but the first


def roles_of(person: DemoPerson) -> Iterator[DemoRole]:
    sign_in_name = sign_in_name_of(person)
    return (role for role in ROLES.get(person.organization, ()) if role.sign_in_name == sign_in_name)
