"""Professional holidays of Russia as reference data: their official or settled names, and when they are kept.

Sources: the Presidium's decree of 1 October 1980 No. 3018-X on holidays and memorable days with its changes, later
decrees of the President and orders of the Government; those of the professions that a municipal union has among its
members, and of their neighbours.
"""

from dataclasses import dataclass

from services.publisher.cards.rules.occasions import LAST, EveryYear, NthWeekday

SATURDAY, SUNDAY = 6, 7


@dataclass(frozen=True)
class Holiday:
    code: str
    title: str
    rule: EveryYear | NthWeekday


def _on(code: str, title: str, month: int, day: int) -> Holiday:
    return Holiday(code, title, EveryYear(month, day))


def _nth(code: str, title: str, nth: int, weekday: int, month: int) -> Holiday:
    return Holiday(code, title, NthWeekday(month, weekday, nth))


HOLIDAYS: tuple[Holiday, ...] = (
    _on("prosecutors", "День работника прокуратуры", 1, 12),
    _on("press", "День российской печати", 1, 13),
    _on("science", "День российской науки", 2, 8),
    _on("civil_aviation", "День работника гражданской авиации", 2, 9),
    _on("archives", "День архивов", 3, 10),
    _nth("geodesy", "День работников геодезии и картографии", 2, SUNDAY, 3),
    _nth(
        "housing",
        "День работников бытового обслуживания населения и жилищно-коммунального хозяйства",
        3,
        SUNDAY,
        3,
    ),
    _on("culture", "День работника культуры", 3, 25),
    _nth("geologists", "День геолога", 1, SUNDAY, 4),
    _on("cosmonautics", "День космонавтики", 4, 12),
    _on("fire_service", "День пожарной охраны", 4, 30),
    _on("communications", "День радио, праздник работников всех отраслей связи", 5, 7),
    _on("nurses", "Международный день медицинской сестры", 5, 12),
    _on("libraries", "Общероссийский день библиотек", 5, 27),
    _nth("chemists", "День химика", LAST, SUNDAY, 5),
    _on("advocates", "День российской адвокатуры", 5, 31),
    _on("ecologists", "День эколога", 6, 5),
    _on("social_workers", "День социального работника", 6, 8),
    _nth("land_improvement", "День мелиоратора", 1, SUNDAY, 6),
    _nth("light_industry", "День работников текстильной и лёгкой промышленности", 2, SUNDAY, 6),
    _nth("medical_workers", "День медицинского работника", 3, SUNDAY, 6),
    _nth("inventors", "День изобретателя и рационализатора", LAST, SATURDAY, 6),
    _nth("sea_and_river_fleet", "День работников морского и речного флота", 1, SUNDAY, 7),
    _nth("fishers", "День рыбака", 2, SUNDAY, 7),
    _nth("post", "День российской почты", 2, SUNDAY, 7),
    _nth("metallurgists", "День металлурга", 3, SUNDAY, 7),
    _nth("trade", "День работника торговли", 4, SATURDAY, 7),
    _nth("railway", "День железнодорожника", 1, SUNDAY, 8),
    _nth("builders", "День строителя", 2, SUNDAY, 8),
    _nth("sport", "День физкультурника", 2, SATURDAY, 8),
    _nth("air_fleet", "День Воздушного флота России", 3, SUNDAY, 8),
    _on("cinema", "День российского кино", 8, 27),
    _nth("miners", "День шахтёра", LAST, SUNDAY, 8),
    _nth("oil_and_gas", "День работников нефтяной, газовой и топливной промышленности", 1, SUNDAY, 9),
    _on("financiers", "День финансиста", 9, 8),
    _nth("forest", "День работников леса", 3, SUNDAY, 9),
    _on("kindergartens", "День воспитателя и всех дошкольных работников", 9, 27),
    _on("nuclear_industry", "День работника атомной промышленности", 9, 28),
    _nth("machine_building", "День машиностроителя", LAST, SUNDAY, 9),
    _on("vocational_education", "День среднего профессионального образования", 10, 2),
    _on("teachers", "День учителя", 10, 5),
    _on("insurers", "День страховщика", 10, 6),
    _nth("agriculture", "День работника сельского хозяйства и перерабатывающей промышленности", 2, SUNDAY, 10),
    _nth("roads", "День работников дорожного хозяйства", 3, SUNDAY, 10),
    _nth("food_industry", "День работников пищевой промышленности", 3, SUNDAY, 10),
    _on("customs", "День таможенника Российской Федерации", 10, 25),
    _nth(
        "city_transport",
        "День работника автомобильного и городского пассажирского транспорта",
        LAST,
        SUNDAY,
        10,
    ),
    _on("internal_affairs", "День сотрудника органов внутренних дел", 11, 10),
    _on("tax_service", "День работника налоговых органов", 11, 21),
    _on("lawyers", "День юриста", 12, 3),
    _on("power_engineers", "День энергетика", 12, 22),
    _on("rescuers", "День спасателя", 12, 27),
)
